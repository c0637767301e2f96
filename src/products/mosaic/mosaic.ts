/** Mosaics: a piece of sky out of many datasets, in one image. */
import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { MosaicFrame, Resampling } from '../../addon/mosaic.ts';
import { count } from '../../base/count.ts';
import { VignetError } from '../../base/errors.ts';
import type { RequestOptions } from '../../engine/engine.ts';
import { mediaTypes } from '../../vo/dali/response-format.ts';
import type { MosaicRequest } from '../../vo/mosaic/request.ts';
import type { Answer } from '../answers/answer.ts';
import { etagOf } from '../answers/etag.ts';
import { type AnswerDeps, ConvertedAnswer, FitsAnswer, type PlainFits } from '../answers/image-answers.ts';
import { placeNames, positionName, stencilName } from '../answers/names.ts';
import { ofPlanned } from '../answers/request-class.ts';
import { refuseLogarithms } from '../conserve.ts';
import type { MosaicDeps } from '../deps.ts';
import { checkSize, defaultLimits, type Limits } from '../limits.ts';
import type { MosaicInputs } from '../select/mosaic-inputs.ts';
import { MosaicFile, missingInput } from './file.ts';
import { measureLevels } from './levels.ts';
import { noteOf } from './notes.ts';
import { type PlannedMosaic, placeInputs, plannedInputs, ringsOf } from './place.ts';
import { type MosaicSummary, summaryOf } from './summary.ts';
import type { PlannedInput } from './tables.ts';
import { checkWork, workOf } from './work.ts';

/**
 * A planned mosaic.
 * @example
 * ```ts
 * import type { Mosaic } from 'vignet';
 *
 * const inputsOf = ({ summary }: Mosaic) => summary.datasets.map(({ id }) => id);
 * ```
 */
export interface Mosaic extends Answer {
  readonly summary: MosaicSummary;
  readonly missingPlanes: readonly string[];
}

/** A mosaic with what else can be made of it. */
export interface AssembledMosaic extends Mosaic {
  readonly fits: PlainFits;
  readonly frame: MosaicFrame;
}

/**
 * Plans a mosaic; no pixel is read until its bytes are asked for. Undefined when no dataset has anything in the region. Throws
 * VignetError usage: as `findInputs`; TOO_LARGE, MIXED_UNITS, NO_CALIBRATION, BAD_SKYMAP, TOO_MANY_MASK_PLANES; data MISSING_INPUT;
 * transient BUSY, CANCELLED, DEADLINE.
 */
export async function planMosaic(
  deps: MosaicDeps,
  request: MosaicRequest,
  options: RequestOptions = {},
): Promise<Mosaic | undefined> {
  const placed = await placeInputs(deps, request, options);
  return placed && assemble(deps, request, placed, options);
}

/** Plain FITS, which can be written into a file in any order. */
class MosaicAnswer extends FitsAnswer {
  readonly #mosaic: MosaicFile;

  constructor(deps: AnswerDeps, mosaic: MosaicFile) {
    super(deps);
    this.#mosaic = mosaic;
  }

  async save(file: FileHandle, progress?: (bytes: number) => void): Promise<void> {
    const request = this.request();
    try {
      await this.#mosaic.save(request, { file, threads: this.deps.engine.threads, progress });
    } finally {
      request.close();
    }
  }
}

/** The answer of a mosaic whose inputs are placed. Of thousands of inputs its parts take a turn each. */
export async function assemble(
  { view, windows, engine, software, limits: given, drainMs }: MosaicDeps,
  request: MosaicRequest,
  placed: PlannedMosaic,
  options: RequestOptions,
): Promise<AssembledMosaic | undefined> {
  const { plan } = placed;
  if (plan.frame.width === 0) return undefined;
  const inputs = plannedInputs(placed);
  const { unread } = placed.found;
  refuseLost(inputs, unread, request);

  const { combine, background } = request;
  if (combine || background === 'match' || inputs.some(({ placement }) => !placement.shift))
    refuseLogarithms(placed.pixelUnit, 'leave out what changes the grid or combines, or choose other images');
  const limits = { ...defaultLimits, ...given };
  await setImmediate();
  refuseTooManyMatched(inputs, request, limits);
  const { format, compress } = request;
  const resampling: Resampling = {
    kernel: request.resample,
    flux: placed.conserved.what === 'flux',
    positionError: request.positionError,
  };
  const skymap = ringsOf(placed.found);
  const { runId: _, plan: __, ...asked } = request;
  const etag = etagOf(
    ...[software, 'mosaic', asked, skymap, limits.maxPictureSide],
    [...inputs.map(versionOf), ...unread.map(({ id, problem }) => [id, problem.code])],
    ...(placed.found.untimed > 0 ? [placed.found.untimed] : []),
  );
  await setImmediate();
  // Formats differ in what is made of the windows, not in the windows.
  const known = windows.of(
    etagOf(
      software,
      { ...asked, format: 0, compress: 0, quantize: 0, look: 0 },
      ...[skymap, view.key, unread.length],
      inputs.map(versionOf),
    ),
  );
  const { missing } = request;
  const fits = new MosaicFile({
    ...{ plan, inputs, unread, skymap, resampling, missing, combine, outcomes: known.outcomes },
    camera: request.geometry === 'detector',
    levels: (running) =>
      known.levels(running, () =>
        measureLevels(running, plan, inputs, { ...request, flux: resampling.flux }),
      ),
  });
  await setImmediate();
  const work = workOf(plan, inputs, request);
  const summary = summaryOf(plan, inputs, unread, fits.size, work, engine.threads, limits);
  if (!request.plan) {
    refuseTooLarge(fits.size, request, limits);
    checkWork(work, limits);
  }

  const answerDeps: AnswerDeps = {
    engine,
    options: { ...ofPlanned(fits.size, work), ...options },
    fits,
    drainMs,
    contentType: mediaTypes[format],
    filename: filename(placed.found, request, plan.frame),
    etag,
  };
  const { maxPictureSide: maxSide } = limits;
  const answer =
    format === 'fits' && compress === 'none'
      ? new MosaicAnswer(answerDeps, fits)
      : new ConvertedAnswer(answerDeps, {
          format,
          compress,
          quantize: request.quantize,
          maxSide,
          look: request.look,
        });
  await setImmediate();
  const note = noteOf(placed, inputs, request);
  return Object.assign(answer, {
    ...{ note, summary, fits, missingPlanes: plan.missingPlanes, frame: plan.frame },
    inputsLost: () => fits.inputsLost(),
  });
}

/** Throws VignetError data MISSING_INPUT. */
function refuseLost(
  inputs: readonly PlannedInput[],
  [unread]: MosaicInputs['unread'],
  { missing }: MosaicRequest,
): void {
  if (missing !== 'fail') return;
  const lost = inputs.find(({ placement }) => placement.code !== undefined);
  if (lost) throw missingInput(lost.dataset.id, lost.placement.code ?? '', lost.placement.problem ?? '');
  if (unread) throw missingInput(unread.id, unread.problem.code, unread.problem.message);
}

/** What the answer has of an input changes with this. */
const versionOf = ({ dataset, placement }: PlannedInput) => [
  ...[dataset.id, dataset.version, placement.code],
  ...(dataset.inverseVariance ? ['inverse variance'] : []),
];

function refuseTooManyMatched(
  { length }: readonly PlannedInput[],
  { background }: MosaicRequest,
  { maxMatchedInputs }: Limits,
): void {
  if (background !== 'match' || length <= maxMatchedInputs) return;
  const detail = `BACKGROUND=match would compare ${count(length, 'dataset')} with each other, the limit maxMatchedInputs is ${maxMatchedInputs}; ask for a smaller region`;
  throw new VignetError('usage', 'TOO_MANY', detail);
}

function refuseTooLarge(bytes: number, { format, compress }: MosaicRequest, limits: Limits): void {
  checkSize(bytes, limits.maxMosaicBytes, 'maxMosaicBytes', 'ask for a smaller region or fewer planes');
  if (format === 'fits' && compress === 'none') return;
  const instead = 'ask for a smaller region, or for plain FITS';
  checkSize(bytes, limits.maxWholeBytes, 'maxWholeBytes of pictures and compressed answers', instead);
}

function filename(
  { inputs, skymap }: MosaicInputs,
  { format, compress, region, sized }: MosaicRequest,
  { width, height }: MosaicFrame,
): string {
  const first = inputs[0]?.dataset;
  const isOfOneBand = inputs.every(({ dataset }) => dataset.band === first?.band);
  const position = sized ? positionName(sized.ra, sized.dec) : stencilName(region);
  const place = placeNames(position, width, height);
  const words = [
    'mosaic',
    first?.type,
    skymap && first?.patch?.tract,
    isOfOneBand ? first?.band : null,
    ...place,
  ];
  const ending =
    format === 'fits' ? (compress === 'none' ? 'fits' : 'fits.fz') : format === 'jpeg' ? 'jpg' : format;
  return `${words.filter((word) => word !== undefined && word !== null).join('_')}.${ending}`;
}

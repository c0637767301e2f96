/** Mosaics: a piece of sky out of many datasets, in one image. */
import type { FileHandle } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import type { Archive, Principal } from '../../archive/index.ts';
import { VignetError } from '../../base/errors.ts';
import type { Engine, EngineRequest, RequestOptions } from '../../engine/engine.ts';
import type { Kernel, MosaicFrame, MosaicPlan, MosaicPlanTask, Rings } from '../../engine/mosaic-native.ts';
import type { MosaicGrid, MosaicRequest } from '../../vo/mosaic.ts';
import { printInterval } from '../../vo/numbers.ts';
import { mediaTypes } from '../../vo/response-format.ts';
import type { StackUnit } from '../../vo/stack-parameters.ts';
import { printStencil } from '../../vo/stencils.ts';
import type { Answer } from '../answer.ts';
import { type AnswerDeps, FitsAnswer, MadeAnswer, type PlainFits } from '../cutout-answers.ts';
import { etagOf } from '../etag.ts';
import { checkSize, defaultLimits, type Limits } from '../limits.ts';
import { MosaicFile, missingInput, type Outcomes } from './file.ts';
import { gridTask } from './grid.ts';
import { findInputs, type MosaicInput, type MosaicInputs } from './inputs.ts';
import { measureLevels } from './levels.ts';
import type { Level, PlannedInput } from './tables.ts';

export interface MosaicDeps {
  readonly archive: Archive;
  readonly engine: Engine;
  /** Name and version of this program, written into answers and part of their ETag. */
  readonly software: string;
  readonly limits?: Partial<Limits> | undefined;
  /** Longest time a client may take for a piece of some MiB. Default 30 s. */
  readonly drainMs?: number | undefined;
}

/** What a mosaic will be and cost, as PLAN=true tells it. */
export interface MosaicSummary {
  readonly datasets: readonly {
    readonly id: string;
    readonly method: 'copy' | 'resample' | 'none';
    readonly problem?: string;
  }[];
  readonly width: number;
  readonly height: number;
  readonly planes: readonly string[];
  /** Of all planes. */
  readonly pixels: number;
  /** Pixels of the inputs to be decoded, at most. */
  readonly decodedPixels: number;
  /** Of the plain FITS file. */
  readonly bytes: number;
  /** A rough guess for this machine when it has nothing else to do. */
  readonly seconds: number;
  readonly limits: Pick<Limits, 'maxInputs' | 'maxMatchedInputs' | 'maxMosaicBytes'>;
  readonly allowed: boolean;
}

/** A planned mosaic. */
export interface Mosaic extends Answer {
  readonly summary: MosaicSummary;
  readonly lacking: readonly string[];
}

/** A mosaic with what else can be made of it. */
export interface AssembledMosaic extends Mosaic {
  readonly fits: PlainFits;
  readonly frame: MosaicFrame;
}

/** Decoded pixels a second and thread, and bytes written: what machines of these years do. */
const DECODED = 80e6;
const WRITTEN = 1e9;
/** Larger ones make way for small requests. */
const BULK = 64 * 1024 ** 2;

/** What came of the windows of mosaics asked for lately, and what was measured for them. */
interface Remembered {
  readonly outcomes: Outcomes;
  levels?: Promise<readonly Level[]> | undefined;
}
const remembered = new LRUCache<string, Remembered>({ max: 64 });

const calibrated = ({ dataset: { observation } }: MosaicInput) =>
  /^nJy$/i.test(observation.unit ?? '') ||
  (observation.photometry !== null && !observation.photometry.fields?.length);

/** How the pixels of inputs become the mosaic's unit. */
function scaleOf(input: MosaicInput, unit: StackUnit): number {
  if (unit === 'native') return 1;
  const { id, observation } = input.dataset;
  if (calibrated(input))
    return /^nJy$/i.test(observation.unit ?? '') ? 1 : (observation.photometry?.scale ?? 1);
  throw new VignetError(
    'usage',
    'NO_CALIBRATION',
    `UNIT=nJy: ${id} has no photometric calibration that holds for the whole image; leave UNIT out, or choose others`,
  );
}

function provenanceOf(
  request: MosaicRequest,
  found: MosaicInputs,
  unit: StackUnit,
  software: string,
): MosaicPlanTask['provenance'] {
  const first = found.inputs[0]?.dataset;
  const cards: [string, string | undefined | null, string][] = [
    ['VIGNETID', request.ofId, 'dataset this was cut from'],
    ['VIGNETST', request.region && printStencil(request.region), 'region asked for'],
    ['VIGNETCO', request.ids.length > 0 ? undefined : first?.collection, 'collection'],
    ['VIGNETTY', request.ids.length > 0 ? undefined : first?.type, 'dataset type'],
    ['VIGNETBA', first?.band, 'band'],
    ['VIGNETTI', request.times.map(printInterval).join(', '), '[MJD UTC] TIME asked for'],
    ['VIGNETSK', found.skymap?.name, 'skymap whose patches own the pixels'],
    ['VIGNETRE', request.resample, 'how pixels of other grids are resampled'],
    ['VIGNETVI', request.visit?.toString(), 'visit'],
    ['VIGNETCB', request.combine, 'how pixels of several inputs become one'],
    ['VIGNETBG', request.background === 'match' ? 'match' : undefined, 'constants added to the inputs'],
    ['VIGNETGE', request.geometry === 'detector' ? 'detector' : undefined, 'geometry'],
    ['VIGNETUN', unit, 'unit'],
    ['VIGNETMI', request.missing, 'what to do about inputs that cannot be read'],
    ['VIGNETVR', software, 'software that made this'],
  ];
  return cards.flatMap(([name, value, comment]) => (value ? [{ name, value, comment }] : []));
}

/** A definition without its name. */
function ringsOf({ skymap }: MosaicInputs): Rings | undefined {
  if (!skymap) return undefined;
  const { name: _, ...rings } = skymap;
  return rings;
}

/** A buffer of its own: a view on a larger one would be sent to the worker with all that lies around it. */
const own = (bytes: Uint8Array) => (bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice());

export interface PlannedMosaic {
  readonly plan: MosaicPlan;
  readonly found: MosaicInputs;
  readonly unit: StackUnit;
}

/** Weights need variances of all. Throws usage NO_VARIANCE. */
function refuseUnweighed(inputs: readonly MosaicInput[], { combine }: MosaicRequest): void {
  if (combine !== 'weighted' && combine !== 'clipped') return;
  const without = inputs.find(
    ({ dataset: { planes } }) => !planes.includes('variance') && !planes.includes('weight'),
  );
  if (!without) return;
  const detail = `COMBINE=${combine}: ${without.dataset.id} has neither variance nor weight; COMBINE=mean or median needs none`;
  throw new VignetError('usage', 'NO_VARIANCE', detail);
}

/** Images of several pointings have no grid in common; patches have. */
function gridOf({ grid, combine }: MosaicRequest, inputs: readonly MosaicInput[]): MosaicGrid | undefined {
  if (grid || !combine || inputs.every(({ dataset }) => dataset.patch)) return grid;
  return { projection: 'TAN', rotation: 0 };
}

/** Finds the inputs and places them. Undefined when there are none. */
export async function placeInputs(
  { archive, engine, software, limits }: MosaicDeps,
  request: MosaicRequest,
  principal: Principal | undefined,
  options: RequestOptions,
): Promise<PlannedMosaic | undefined> {
  const { maxInputs } = { ...defaultLimits, ...limits };
  const looked = await findInputs(archive, request, maxInputs, principal);
  const inputs = looked.inputs.map((input) => ({
    ...input,
    dataset: { ...input.dataset, layout: own(input.dataset.layout) },
  }));
  const found = { ...looked, inputs };
  if (inputs.length === 0) return undefined;
  refuseUnweighed(inputs, request);
  const skymap = ringsOf(found);
  const unit = request.unit ?? (request.combine && inputs.every(calibrated) ? 'nJy' : 'native');
  const task: MosaicPlanTask = {
    inputs: inputs.map(({ dataset: { layout, sources, patch } }) => ({
      ...{ layout, sources },
      ...(skymap && patch && { patch: { tract: patch.tract, patch: patch.patch } }),
    })),
    ...(skymap && { skymap }),
    ...(request.region && { region: request.region }),
    ...(await gridTask(archive, gridOf(request, inputs), request.region, inputs, principal)),
    ...(unit === 'nJy' && { unit }),
    ...(request.combine && { combine: request.combine }),
    ...(request.geometry === 'detector' && { camera: true }),
    planes: request.detail !== 'Image',
    owners: request.index,
    provenance: provenanceOf(request, found, unit, software),
  };
  const plan = await engine.run({ kind: 'mosaic-plan', task } as const, options);
  return { plan, found, unit };
}

/** The inputs that have a part in the mosaic, or should have; they are numbered in this order. */
function plannedInputs({ plan, found, unit }: PlannedMosaic): PlannedInput[] {
  return found.inputs.flatMap((input, at) => {
    const placement = plan.inputs[at];
    if (!placement || (!placement.box && placement.code === undefined)) return [];
    const problem =
      input.problem && placement.box ? { code: input.problem.code, problem: input.problem.message } : {};
    return [{ ...input, placement: { ...placement, ...problem }, scale: scaleOf(input, unit) }];
  });
}

/**
 * Plans a mosaic; no pixel is read until its bytes are asked for. Undefined when no dataset has anything in the region. Throws
 * VignetError usage: as `findInputs`; TOO_LARGE, MIXED_UNITS, NO_CALIBRATION, BAD_SKYMAP, TOO_MANY_MASKS; data MISSING_INPUT;
 * transient BUSY, CANCELLED, DEADLINE.
 */
export async function planMosaic(
  deps: MosaicDeps,
  request: MosaicRequest,
  principal?: Principal,
  options: RequestOptions = {},
): Promise<Mosaic | undefined> {
  const placed = await placeInputs(deps, request, principal, options);
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

/** The answer of a mosaic whose inputs are placed. */
export function assemble(
  { engine, software, limits: given, drainMs }: MosaicDeps,
  request: MosaicRequest,
  placed: PlannedMosaic,
  options: RequestOptions,
): AssembledMosaic | undefined {
  const { plan } = placed;
  if (plan.frame.width === 0) return undefined;
  const inputs = plannedInputs(placed);
  const lost = inputs.find(({ placement }) => placement.code !== undefined);
  if (lost && request.missing === 'fail')
    throw missingInput(lost, lost.placement.code ?? '', lost.placement.problem ?? '');

  const limits = { ...defaultLimits, ...given };
  refuseTooManyMatched(inputs, request, limits);
  const { format, compress } = request;
  const kernel: Kernel = request.resample;
  const skymap = ringsOf(placed.found);
  const { runId: _, plan: __, ...asked } = request;
  const etag = etagOf(
    ...[software, 'mosaic', asked, skymap, limits.maxPictureSide],
    inputs.map(({ dataset, placement }) => [dataset.id, dataset.version, placement.code]),
  );
  // Formats differ in what is made of the windows, not in the windows.
  const windows = etagOf(
    software,
    { ...asked, format: 0, compress: 0, quantize: 0 },
    skymap,
    inputs.map(({ dataset, placement }) => [dataset.id, dataset.version, placement.code]),
  );
  const memory: Remembered = remembered.get(windows) ?? { outcomes: new Map() };
  remembered.set(windows, memory);
  const { missing, combine } = request;
  const fits = new MosaicFile({
    ...{ plan, inputs, skymap, kernel, missing, combine, outcomes: memory.outcomes },
    camera: request.geometry === 'detector',
    levels: (running) => levelsOf(memory, running, () => measureLevels(running, plan, inputs, request)),
  });
  const summary = summaryOf(plan, inputs, fits.size, engine.threads, limits);
  if (!request.plan) refuseTooLarge(fits.size, request, limits);

  const answerDeps: AnswerDeps = {
    engine,
    options: { class: fits.size > BULK ? 'bulk' : 'interactive', ...options },
    fits,
    drainMs: drainMs ?? 30_000,
    contentType: mediaTypes[format],
    filename: filename(placed.found, request),
    etag,
  };
  const { maxPictureSide: maxSide } = limits;
  const answer =
    format === 'fits' && compress === 'none'
      ? new MosaicAnswer(answerDeps, fits)
      : new MadeAnswer(answerDeps, { format, compress, quantize: request.quantize, maxSide });
  return Object.assign(answer, { summary, lacking: plan.lacking, fits, frame: plan.frame });
}

function refuseTooManyMatched(
  { length }: readonly PlannedInput[],
  { background }: MosaicRequest,
  { maxMatchedInputs }: Limits,
): void {
  if (background !== 'match' || length <= maxMatchedInputs) return;
  const detail = `BACKGROUND=match compares every dataset with every other; ${length} lie there, the limit maxMatchedInputs is ${maxMatchedInputs}; ask for a smaller region`;
  throw new VignetError('usage', 'TOO_MANY', detail);
}

/** Measured once, whoever asks first; when that one gives up, the next does it. */
async function levelsOf(
  memory: Remembered,
  { signal }: EngineRequest,
  measure: () => Promise<readonly Level[]>,
): Promise<readonly Level[]> {
  for (;;) {
    const mine = !memory.levels;
    memory.levels ??= measure();
    const { levels } = memory;
    try {
      return await levels;
    } catch (error) {
      if (memory.levels === levels) memory.levels = undefined;
      if (mine || signal.aborted) throw error;
    }
  }
}

function refuseTooLarge(bytes: number, { format, compress }: MosaicRequest, limits: Limits): void {
  checkSize(bytes, limits.maxMosaicBytes, 'maxMosaicBytes', 'ask for a smaller region or fewer planes');
  if (format === 'fits' && compress === 'none') return;
  const instead = 'ask for a smaller region, or for plain FITS';
  checkSize(bytes, limits.maxWholeBytes, 'maxWholeBytes of pictures and compressed answers', instead);
}

function filename({ inputs, skymap }: MosaicInputs, { format, compress }: MosaicRequest): string {
  const first = inputs[0]?.dataset;
  const words = ['mosaic', first?.type, skymap && first?.patch?.tract, first?.band];
  const ending =
    format === 'fits' ? (compress === 'none' ? 'fits' : 'fits.fz') : format === 'jpeg' ? 'jpg' : format;
  return `${words.filter((word) => word !== undefined && word !== null).join('_')}.${ending}`;
}

function summaryOf(
  plan: MosaicPlan,
  inputs: readonly PlannedInput[],
  bytes: number,
  threads: number,
  { maxInputs, maxMatchedInputs, maxMosaicBytes }: Limits,
): MosaicSummary {
  const { width, height } = plan.frame;
  const seconds = plan.decodedPixels / DECODED / threads + bytes / WRITTEN;
  return {
    datasets: inputs.map(({ dataset, placement: { box, aligned, problem } }) => ({
      id: dataset.id,
      method: !box ? 'none' : aligned ? 'copy' : 'resample',
      ...(problem && { problem }),
    })),
    ...{ width, height },
    planes: plan.planes.map(({ kind }) => kind),
    pixels: width * height * plan.planes.length,
    decodedPixels: plan.decodedPixels,
    bytes,
    seconds: Number(seconds.toPrecision(2)),
    limits: { maxInputs, maxMatchedInputs, maxMosaicBytes },
    allowed: bytes <= maxMosaicBytes,
  };
}

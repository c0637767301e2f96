/** Cutouts: a region of one dataset, as FITS or as a picture. */

import type {
  CubeRanges,
  CutoutPlan,
  FillTask,
  CutoutRequest as NativeRequest,
  SizedPlace,
} from '../../addon/cutout.ts';
import type { ResolvedDataset } from '../../base/dataset.ts';
import { defined, type Loose } from '../../base/defined.ts';
import { VignetError } from '../../base/errors.ts';
import type { Box } from '../../base/sky.ts';
import type { RequestOptions } from '../../engine/engine.ts';
import { fillTask } from '../../engine/tasks/fill.ts';
import { planTask } from '../../engine/tasks/plan.ts';
import type { Compression } from '../../vo/common/compression.ts';
import { centreOfSize, printSizedPlace } from '../../vo/common/size.ts';
import { type Format, mediaTypes } from '../../vo/dali/response-format.ts';
import { printStencil } from '../../vo/dali/stencils.ts';
import { type SodaRequest, sodaDefaults } from '../../vo/soda/request.ts';
import type { Answer } from '../answers/answer.ts';
import { etagOf } from '../answers/etag.ts';
import {
  type AnswerDeps,
  ConvertedAnswer,
  FitsAnswer,
  type PlainFits,
  windowsOf,
} from '../answers/image-answers.ts';
import { placeNames, positionName, stencilName } from '../answers/names.ts';
import { ofPlanned } from '../answers/request-class.ts';
import type { ProductDeps } from '../deps.ts';
import { checkSize, defaultLimits, type Limits } from '../limits.ts';

/**
 * What to cut out and how to send it, as a SODA request says it; without a stencil or a box the whole image. `band` (metres) and `pol`
 * cut the spectral and the polarization axis of a cube; of other images the caller tests them.
 * @example
 * ```ts
 * import { type CutoutRequest, parsePos } from 'vignet';
 *
 * const request: CutoutRequest = { stencil: parsePos('CIRCLE 150.2987 2.38812 0.01'), detail: 'MaskedImage' };
 * ```
 */
export type CutoutRequest = Loose<
  Pick<
    SodaRequest,
    | 'stencil'
    | 'position'
    | 'size'
    | 'edge'
    | 'box'
    | 'planes'
    | 'band'
    | 'pol'
    | 'detail'
    | 'format'
    | 'colour'
    | 'look'
    | 'compress'
    | 'quantize'
  >
>;

export interface CutoutDeps extends ProductDeps {
  readonly dataset: ResolvedDataset;
}

/**
 * A planned cutout.
 * @example
 * ```ts
 * import type { Cutout } from 'vignet';
 *
 * const describe = ({ box, size, missingPlanes }: Cutout) => ({ box, size, without: missingPlanes });
 * ```
 */
export interface Cutout extends Answer {
  /** Half-open, 0-based pixels; the whole image without it. */
  readonly box: Box | undefined;
  /** Which pixels of axes 3 and 4 of a cube; all without it. */
  readonly depth?: CubeRanges | undefined;
  /** Planes asked for that the dataset does not have. */
  readonly missingPlanes: readonly string[];
}

/** The dataset, and of a part the position and the size in pixels: "visit-cutout_150.29870p2.38812_51x51.fits". */
function filename(
  dataset: ResolvedDataset,
  position: string | undefined,
  box: Box | undefined,
  format: Format,
  compress: Compression,
  depth: CubeRanges | undefined,
): string {
  const fits = compress === 'none' ? 'fits' : 'fits.fz';
  const ending = format === 'fits' ? fits : format === 'jpeg' ? 'jpg' : format;
  const channels = Object.entries(depth ?? {}).map(([axis, { from, count }]) =>
    axis === 'axis3' ? `z${from}n${count}` : `w${from}n${count}`,
  );
  const name = dataset.name ?? 'cutout';
  if (!box) return `${[name, ...channels].join('_')}.${ending}`;
  const place = placeNames(position ?? `x${box.x0}y${box.y0}`, box.x1 - box.x0, box.y1 - box.y0);
  return `${[dataset.name ? `${name}-cutout` : name, ...place, ...channels].join('_')}.${ending}`;
}

/**
 * Plans a cutout: where it lies, what it holds, its exact size. No pixel is read. Undefined when stencil and image do not
 * overlap. Throws VignetError: usage TOO_LARGE, BAD_STENCIL; data NO_WCS; transient BUSY, CANCELLED, DEADLINE.
 * @example
 * ```ts
 * import { ANONYMOUS, Engine, openArchive, parsePos, planCutout } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * const engine = new Engine({ threads: 1 });
 * const view = archive.as(ANONYMOUS);
 * const stencil = parsePos('CIRCLE 150.2987 2.38812 0.005');
 * const [first] = await view.find(stencil);
 * if (first) {
 *   const dataset = await view.resolve(first.id);
 *   const cutout = await planCutout({ engine, dataset, software: 'my program 1.0' }, { stencil });
 *   console.log(cutout?.size, (await cutout?.bytes())?.length);
 * }
 * await engine.close();
 * await archive.close();
 * ```
 */
export async function planCutout(
  deps: CutoutDeps,
  request: CutoutRequest,
  options: RequestOptions = {},
): Promise<Cutout | undefined> {
  const { engine, dataset, software } = deps;
  if (request.colour)
    throw new VignetError(
      'usage',
      'ONE_BAND',
      'expected the ID of a collection dataset for RGB, received that of one image; vignet ls --collections lists them',
    );
  const limits = { ...defaultLimits, ...deps.limits };
  const { detail, format, compress } = { ...sodaDefaults, ...defined(request) };
  const { planes, size, band, pol } = request;
  // The name of a band is of a whole image.
  const wavelengths = typeof band === 'object' ? ([band.min, band.max] as const) : undefined;
  const centre = size && centreOfSize(request);
  const stencil = centre ? printSizedPlace(centre, size) : request.stencil && printStencil(request.stencil);
  const edge = request.edge ?? (size ? 'pad' : 'refuse');
  const native: NativeRequest = {
    detail,
    datasetId: dataset.id,
    software,
    ...defined({ box: request.box, stencil, planes }),
  };
  const sized: SizedPlace | undefined = centre && {
    ...{ point: [centre.ra, centre.dec], width: size.width, height: size.height },
    arcsec: size.unit === 'arcsec',
  };
  const { layout } = dataset;
  const plan = await engine.run(
    planTask,
    {
      layout,
      request: {
        ...{ ...native, edge },
        ...defined({ band: wavelengths, pol: pol?.length ? pol : undefined }),
      },
      ...defined({ where: sized ?? request.stencil }),
    },
    { class: 'quick', ...options },
  );
  if (!plan) return undefined;
  const { box, depth } = plan;
  refuseTooLarge(plan, format, compress, limits);
  if (format !== 'fits' && plan.slices > 1)
    throw new VignetError(
      'usage',
      'CONTRADICTION',
      `expected one slice of the cube for a picture, received ${plan.slices}; give BAND and POL of one channel and state, or ask for FITS`,
    );

  const answerDeps: AnswerDeps = {
    engine,
    options: { ...ofPlanned(plan.size), ...options },
    fits: plainFits(plan, {
      layout,
      sources: dataset.sources,
      ...defined({ seek: dataset.seek }),
      request: { ...native, ...(box && { box, pad: edge === 'pad' }), ...defined({ depth }) },
    }),
    drainMs: deps.drainMs,
    contentType: mediaTypes[format],
    filename: filename(
      dataset,
      centre ? positionName(centre.ra, centre.dec) : stencilName(request.stencil),
      box,
      format,
      compress,
      depth,
    ),
    etag: etagOf(
      software,
      dataset.id,
      dataset.version,
      stencil,
      box,
      planes ?? detail,
      format,
      compress,
      request.quantize,
      limits.maxPictureSide,
      ...(request.look ? [request.look] : []),
      ...(depth ? [depth] : []),
    ),
  };
  const answer =
    format === 'fits' && compress === 'none'
      ? new FitsAnswer(answerDeps)
      : new ConvertedAnswer(answerDeps, {
          format,
          compress,
          quantize: request.quantize,
          maxSide: limits.maxPictureSide,
          look: request.look,
        });
  return Object.assign(answer, { box, depth, missingPlanes: plan.missingPlanes });
}

/** An answer with checksums can only be filled whole: the sums stand before what they sum. */
function plainFits({ size, checksums, cuts }: CutoutPlan, task: Omit<FillTask, 'begin'>): PlainFits {
  return {
    size,
    windows: (window) => (checksums ? [{ from: 0, to: size }] : windowsOf(cuts, window)),
    fill: (request, begin, out) => request.run(fillTask, { task: { ...task, begin }, out }),
  };
}

function refuseTooLarge(plan: CutoutPlan, format: string, compress: string, limits: Limits): void {
  checkSize(plan.size, limits.maxBytes, 'maxBytes', 'ask for a smaller region or fewer planes');
  if (format !== 'fits') {
    checkSize(
      plan.size,
      limits.maxWholeBytes,
      'maxWholeBytes of pictures',
      'ask for a smaller region, or for FITS',
    );
  } else if (compress !== 'none') {
    const instead = 'ask for a smaller region or fewer planes, or without COMPRESS';
    checkSize(plan.size, limits.maxWholeBytes, 'maxWholeBytes of compressed answers', instead);
  }
}

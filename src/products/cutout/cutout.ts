/** Cutouts: a region of one dataset, as FITS or as a picture. */

import type { CutoutPlan, FillTask, CutoutRequest as NativeRequest } from '../../addon/cutout.ts';
import type { ResolvedDataset } from '../../base/dataset.ts';
import { VignetError } from '../../base/errors.ts';
import type { Box, Detail, Stencil } from '../../base/sky.ts';
import type { RequestOptions } from '../../engine/engine.ts';
import { fillTask } from '../../engine/tasks/fill.ts';
import { planTask } from '../../engine/tasks/plan.ts';
import type { Colour } from '../../vo/common/colour-parameters.ts';
import { type Format, mediaTypes } from '../../vo/dali/response-format.ts';
import { printStencil } from '../../vo/dali/stencils.ts';
import type { Answer } from '../answers/answer.ts';
import { etagOf } from '../answers/etag.ts';
import {
  type AnswerDeps,
  ConvertedAnswer,
  FitsAnswer,
  type PlainFits,
  windowsOf,
} from '../answers/image-answers.ts';
import type { ProductDeps } from '../deps.ts';
import { checkSize, defaultLimits, type Limits } from '../limits.ts';

export interface CutoutRequest {
  /** What to cut out; the whole image without it. */
  readonly stencil?: Stencil | undefined;
  /** Instead of a stencil. */
  readonly box?: Box | undefined;
  readonly detail?: Detail | undefined;
  readonly format?: Format | undefined;
  /** Of a collection dataset: a picture of three of its collection's bands. */
  readonly colour?: Colour | undefined;
  readonly compress?: 'none' | 'gzip' | 'rice' | undefined;
  /** Level of lossy floats; absent: lossless. */
  readonly quantize?: number | undefined;
}

export interface CutoutDeps extends ProductDeps {
  readonly dataset: ResolvedDataset;
}

/** A planned cutout. */
export interface Cutout extends Answer {
  /** Half-open, 0-based pixels; the whole image without it. */
  readonly box: Box | undefined;
  /** Planes asked for that the dataset does not have. */
  readonly lacking: readonly string[];
}

function filename(dataset: ResolvedDataset, request: CutoutRequest, whole: boolean): string {
  const format = request.format ?? 'fits';
  const ending =
    format === 'fits' && (request.compress ?? 'none') !== 'none'
      ? 'fits.fz'
      : format === 'jpeg'
        ? 'jpg'
        : format;
  const name = dataset.name ?? 'cutout';
  return `${name}${whole || !dataset.name ? '' : '-cutout'}.${ending}`;
}

/**
 * Plans a cutout: where it lies, what it holds, its exact size. No pixel is read. Undefined when stencil and image do not
 * overlap. Throws VignetError: usage TOO_LARGE, BAD_STENCIL; data NO_WCS; transient BUSY, CANCELLED, DEADLINE.
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
      'RGB is of a whole coadd, and ID is of one dataset; give the ID of a collection dataset (vignet ls --collections)',
    );
  const limits = { ...defaultLimits, ...deps.limits };
  const format = request.format ?? 'fits';
  const compress = request.compress ?? 'none';
  const stencil = request.stencil ? printStencil(request.stencil) : undefined;
  const native: NativeRequest = {
    detail: request.detail ?? 'Image',
    datasetId: dataset.id,
    software,
    ...(request.box && { box: request.box }),
    ...(stencil !== undefined && { stencil }),
  };
  const { layout } = dataset;
  const planned = await engine.run(
    planTask,
    { layout, request: native, ...(request.stencil && { stencil: request.stencil }) },
    options,
  );
  if (!planned) return undefined;
  const { box, plan } = planned;
  refuseTooLarge(plan, format, compress, limits);

  const answerDeps: AnswerDeps = {
    engine,
    options,
    fits: plainFits(plan, {
      layout,
      sources: dataset.sources,
      ...(dataset.seek && { seek: dataset.seek }),
      request: box ? { ...native, box } : native,
    }),
    drainMs: deps.drainMs,
    contentType: mediaTypes[format],
    filename: filename(dataset, request, box === undefined),
    etag: etagOf(
      software,
      dataset.id,
      dataset.version,
      stencil,
      box,
      native.detail,
      format,
      compress,
      request.quantize,
      limits.maxPictureSide,
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
        });
  return Object.assign(answer, { box, lacking: plan.lacking });
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

/** Colour pictures: mosaics of three bands on one grid as red, green and blue. */

import type { ColourChannel, ColourOptions } from '../../addon/render.ts';
import { defined } from '../../base/defined.ts';
import { VignetError } from '../../base/errors.ts';
import type { RequestOptions } from '../../engine/engine.ts';
import { colourTask } from '../../engine/tasks/colour.ts';
import { pictureMemory } from '../../engine/tasks/render.ts';
import { colourNeedsPicture } from '../../vo/common/colour.ts';
import type { Colour } from '../../vo/common/colour-parameters.ts';
import { mediaTypes, type PictureFormat } from '../../vo/dali/response-format.ts';
import type { MosaicRequest } from '../../vo/mosaic/request.ts';
import { etagOf } from '../answers/etag.ts';
import { fillWhole, type PlainFits } from '../answers/image-answers.ts';
import { placeNames, positionName, stencilName } from '../answers/names.ts';
import { encodePicture } from '../answers/picture.ts';
import { type Buffered, BufferedAnswer, type PooledDeps } from '../answers/pooled-answer.ts';
import { ofPlanned } from '../answers/request-class.ts';
import type { MosaicDeps } from '../deps.ts';
import { checkSize, defaultLimits } from '../limits.ts';
import { type AssembledMosaic, assemble, type Mosaic } from './mosaic.ts';
import { type PlannedMosaic, placeInputs } from './place.ts';
import type { MosaicSummary } from './summary.ts';
import { checkWork } from './work.ts';

interface Channel extends Pick<ColourChannel, 'x0' | 'y0'> {
  readonly fits: PlainFits;
}

interface ColourDeps extends PooledDeps {
  readonly channels: readonly Channel[];
  readonly picture: ColourOptions;
  readonly format: PictureFormat;
}

class ColourAnswer extends BufferedAnswer<ColourDeps> {
  protected makeBuffered(): Promise<Buffered> {
    const { channels, picture, format } = this.deps;
    const all = channels.reduce((sum, { fits }) => sum + fits.size, 0);
    return this.inMemory(all, pictureMemory(picture.maxSide, all), async (request, lease) => {
      const filled: ColourChannel[] = [];
      let end = 0;
      for (const { fits, x0, y0 } of channels) {
        const bytes = lease.bytes.subarray(end, end + fits.size);
        end += fits.size;
        await fillWhole(request, fits, bytes);
        filled.push({ fits: bytes, x0, y0 });
      }
      const pixels = await request.run(colourTask, { channels: filled, options: picture });
      lease.release();
      if (request.signal.aborted) throw request.signal.reason;
      return encodePicture(pixels, format);
    });
  }
}

/** The three bands; those after the first on its grid. Undefined where none of them is there. Throws usage NO_BAND. */
async function placeBands(
  deps: MosaicDeps,
  request: MosaicRequest & { readonly colour: Colour },
  options: RequestOptions,
): Promise<{ readonly request: MosaicRequest; readonly placed: PlannedMosaic }[] | undefined> {
  const found: { request: MosaicRequest; placed: PlannedMosaic }[] = [];
  const missing: string[] = [];
  const { bands } = request.colour;
  for (const band of bands) {
    const cards = found[0]?.placed.plan.frame.cards;
    const one: MosaicRequest = {
      ...{ ...request, bands: [band], format: 'fits' },
      ...defined({ grid: cards === undefined ? undefined : { cards } }),
    };
    const placed = await placeInputs(deps, one, options);
    if (placed && placed.plan.frame.width > 0) found.push({ request: one, placed });
    else missing.push(band);
  }
  if (found.length === 0) return undefined;
  if (missing.length > 0)
    throw new VignetError(
      'usage',
      'NO_BAND',
      `RGB=${bands.join(',')}: no image of band ${missing.join(', ')} overlaps the region; choose other bands`,
    );
  return found;
}

function joined(bands: Colour['bands'], summaries: readonly MosaicSummary[]): MosaicSummary {
  const [first] = summaries as [MosaicSummary];
  const sum = (of: (summary: MosaicSummary) => number) => summaries.reduce((all, one) => all + of(one), 0);
  return {
    ...first,
    datasets: summaries.flatMap(({ datasets }) => datasets),
    planes: bands,
    pixels: sum(({ pixels }) => pixels),
    decodedPixels: sum(({ decodedPixels }) => decodedPixels),
    bytes: sum(({ bytes }) => bytes),
    workSeconds: sum(({ workSeconds }) => workSeconds),
    seconds: sum(({ seconds }) => seconds),
    allowed: summaries.every(({ allowed }) => allowed),
  };
}

/**
 * Plans a colour picture; no pixel is read until its bytes are asked for. Undefined when no dataset of the bands has anything in the
 * region. Throws VignetError usage NO_BAND, CONTRADICTION, and as `planMosaic` does.
 */
export async function planColour(
  deps: MosaicDeps,
  request: MosaicRequest & { readonly colour: Colour },
  options: RequestOptions,
): Promise<Mosaic | undefined> {
  const { colour, format } = request;
  if (format === 'fits') throw new VignetError('usage', 'CONTRADICTION', colourNeedsPicture);
  const found = await placeBands(deps, request, options);
  const mosaics =
    found &&
    (await Promise.all(found.map(({ request: one, placed }) => assemble(deps, one, placed, options))));
  if (!mosaics?.every((one): one is AssembledMosaic => one !== undefined)) return undefined;
  const limits = { ...defaultLimits, ...deps.limits };
  const summary = joined(
    colour.bands,
    mosaics.map((one) => one.summary),
  );
  if (!request.plan)
    checkSize(
      summary.bytes,
      limits.maxWholeBytes,
      'maxWholeBytes of pictures',
      'ask for a smaller region or larger pixels (PIXSCALE)',
    );
  if (!request.plan) checkWork(summary.workSeconds, limits);
  const { bands, q, stretch } = colour;
  const picture = defined({ q, stretch, maxSide: limits.maxPictureSide });
  const { frame } = mosaics[0] as AssembledMosaic;
  const words = [
    'mosaic',
    bands.join(''),
    ...placeNames(
      request.sized ? positionName(request.sized.ra, request.sized.dec) : stencilName(request.region),
      frame.width,
      frame.height,
    ),
  ];
  const answer = new ColourAnswer({
    engine: deps.engine,
    options: { ...ofPlanned(summary.bytes, summary.workSeconds), ...options },
    drainMs: deps.drainMs,
    contentType: mediaTypes[format],
    filename: `${words.join('_')}.${format === 'jpeg' ? 'jpg' : format}`,
    etag: etagOf(
      'colour',
      picture,
      format,
      mosaics.map((one) => one.etag),
    ),
    channels: mosaics.map(({ fits, frame }, n) => ({
      fits,
      // The cards of the first are the grid of the others.
      x0: n === 0 ? 0 : frame.x0,
      y0: n === 0 ? 0 : frame.y0,
    })),
    picture,
    format,
  });
  const missingPlanes: string[] = [];
  const inputsLost = () => {
    const all = mosaics.map(({ fits }) => fits.inputsLost?.() ?? { planned: 0, lost: [] });
    return {
      planned: all.reduce((sum, { planned }) => sum + planned, 0),
      lost: all.flatMap(({ lost }) => lost),
    };
  };
  return Object.assign(answer, { summary, missingPlanes, inputsLost });
}

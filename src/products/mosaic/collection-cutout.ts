/** Cutouts of a collection dataset: SODA on "the r-band deep coadd". */
import type { DatasetSummary } from '../../archive/dataset-search.ts';
import { count } from '../../base/count.ts';
import { defined } from '../../base/defined.ts';
import { usageError } from '../../base/errors.ts';
import type { CollectionDataset } from '../../catalog/collections.ts';
import type { RequestOptions } from '../../engine/engine.ts';
import { centreOfSize } from '../../vo/common/size.ts';
import { type MosaicRequest, mosaicRequest } from '../../vo/mosaic/request.ts';
import { type Cutout, type CutoutRequest, planCutout } from '../cutout/cutout.ts';
import type { MosaicDeps } from '../deps.ts';
import { planColour } from './colour.ts';
import { assemble } from './mosaic.ts';
import { placeInputs } from './place.ts';

function mosaicOf(
  { id, key, collection, type, band }: CollectionDataset & { readonly id: string },
  request: CutoutRequest,
): MosaicRequest {
  const { stencil, size, edge, detail, compress, quantize, format, look } = request;
  return mosaicRequest({
    region: size ? undefined : stencil,
    sized: size && { ...centreOfSize(request), size, ...defined({ edge }) },
    ofId: id,
    repo: key.repo,
    collection,
    types: [type],
    bands: band === null ? [] : [band],
    // Exposure is refused where the region lies on several files.
    detail: detail === 'Exposure' ? 'MaskedImage' : detail,
    unit: 'native',
    compress,
    quantize,
    format,
    look,
  });
}

/**
 * A region that fits on the image of the patch that owns its middle is cut from that patch only, as if by the patch's own ID; any other
 * is an aligned mosaic. Undefined when no coadd has anything in the region. Throws VignetError usage MISSING_PARAM, and as `planCutout`
 * and `planMosaic` do.
 */
export async function cutCollection(
  deps: MosaicDeps,
  dataset: CollectionDataset & { readonly id: string },
  request: CutoutRequest,
  passes: (dataset: DatasetSummary) => boolean,
  options: RequestOptions,
): Promise<Cutout | undefined> {
  const ofOne = (['BOX', 'PLANES'] as const).filter(
    (name) => request[name.toLowerCase() as 'box' | 'planes'],
  );
  if (ofOne.length > 0)
    throw usageError(
      'CONTRADICTION',
      `expected the ID of one image for ${ofOne.join(', ')}, received that of a collection dataset; give CIRCLE, POLYGON, POS, or RA, DEC and SIZE, and CUTOUTDETAIL, or the ID of one image`,
    );
  if (!request.stencil && !request.position)
    throw usageError(
      'MISSING_PARAM',
      `expected a region (POS, CIRCLE, POLYGON, or RA, DEC and SIZE), received none; ID is a coadd of ${count(dataset.datasets, 'dataset')}`,
    );
  const asked = mosaicOf(dataset, request);
  const { colour } = request;
  if (colour) {
    const picture = await planColour(deps, { ...asked, colour }, options);
    return picture && Object.assign(picture, { box: undefined });
  }
  const placed = await placeInputs(deps, asked, options);
  // SODA's filters are tests of the whole dataset; its coadds are of one band and no time.
  if (!placed?.found.inputs.every((input) => passes(input.dataset))) return undefined;
  const { inputs, unread } = placed.found;
  // Which patch owns the middle is not known where one could not be read: that is for the STATUS of a mosaic to say.
  const owner =
    placed.plan.single === undefined || unread.length > 0 ? undefined : inputs[placed.plan.single];
  if (owner) {
    if (owner.problem) throw owner.problem;
    return planCutout({ ...deps, dataset: owner.dataset }, request, options);
  }
  if (request.detail === 'Exposure' && unread[0]) throw unread[0].problem;
  if (request.detail === 'Exposure')
    throw usageError(
      'CONTRADICTION',
      'CUTOUTDETAIL=Exposure needs a region in one file, received one in several; ask for MaskedImage or a smaller region',
    );
  const mosaic = await assemble(deps, asked, placed, options);
  return mosaic && Object.assign(mosaic, { box: undefined });
}

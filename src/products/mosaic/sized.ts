/** Mosaics of a given size: the region that holds them is known only once their grid is. */
import type { MosaicPlanTask } from '../../addon/mosaic.ts';
import type { Stencil } from '../../base/sky.ts';
import type { Edge } from '../../vo/common/size.ts';
import type { MosaicRequest } from '../../vo/mosaic/request.ts';

type Sized = NonNullable<MosaicRequest['sized']>;
/** What is placed, and how far from the position it reaches, degrees. */
interface Placed {
  readonly plan: { readonly reach?: number };
}
type Place<P extends Placed> = (region: Stencil, edge: Edge) => Promise<P | undefined>;

const ARCSEC = 3600;
/** A circle as good as a point, degrees. */
const POINT = 1e-5;
/** Where no image has the position, images are looked for as if pixels were this large, arc seconds. */
const LARGEST_PIXEL = 2;
/** The reach is sampled along the edges. */
const SLACK = 1.01;
/** Images that are found may have another grid, and so another reach. */
const TRIES = 4;

export const pointRegion = ({ ra, dec }: Sized): Stencil => ({ shape: 'circle', values: [ra, dec, POINT] });

/** What the addon takes for it. */
export function sizedTask({ sized }: MosaicRequest, edge: Edge | undefined): MosaicPlanTask['sized'] {
  if (!sized || !edge) return undefined;
  const { ra, dec, size } = sized;
  const { width, height, unit } = size;
  return { point: [ra, dec], ...{ width, height, arcsec: unit === 'arcsec', edge } };
}

/** Half the diagonal in degrees, as far as it is known without a grid. */
function radiusOf({ size: { width, height, unit } }: Sized, { grid }: MosaicRequest): number | undefined {
  const scale = grid && 'pixelScale' in grid ? grid.pixelScale : undefined;
  const arcsec = unit === 'arcsec' ? 1 : scale;
  return arcsec === undefined ? undefined : (arcsec * Math.hypot(width, height)) / 2 / ARCSEC;
}

/** Looks for images around the position until the region that was looked at holds all of the size. */
export async function placeSized<P extends Placed>(
  sized: Sized,
  request: MosaicRequest,
  place: Place<P>,
): Promise<P | undefined> {
  const { ra, dec, size, edge = 'pad' } = sized;
  const circle = (radius: number): Stencil => ({
    ...{ shape: 'circle', values: [ra, dec, Math.min(Math.max(radius, POINT), 180)] },
  });
  const known = radiusOf(sized, request);
  let radius = Math.max((known ?? 0) * SLACK, POINT);
  let placed = await place(circle(radius), 'pad');
  if (!placed && known === undefined) {
    radius = (LARGEST_PIXEL * Math.hypot(size.width, size.height)) / 2 / ARCSEC;
    placed = await place(circle(radius), 'pad');
  }
  for (let tries = 0; placed && (placed.plan.reach ?? 0) > radius && tries < TRIES; ++tries) {
    radius = Math.min((placed.plan.reach ?? 0) * SLACK, 180);
    placed = await place(circle(radius), 'pad');
  }
  return placed && edge !== 'pad' ? place(circle(radius), edge) : placed;
}

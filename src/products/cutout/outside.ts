/** Why a region has no pixel of an image: where the image is, and how far away that was asked for. */
import { native } from '../../addon/addon.ts';
import { centreOfSize } from '../../vo/common/size.ts';
import { distanceOf, middleOfRegion } from '../select/middle.ts';
import type { CutoutRequest } from './cutout.ts';

const ARCSEC = 3600;
/** Images wider than this (radius, degrees) have no width and height on the sky that would say much. */
const WIDE = 30;

const short = (degrees: number) => Number(degrees.toPrecision(3));

/** A sentence. `layout`: of the image; sizes and distances in degrees, ICRS. */
export function whyOutside(layout: Uint8Array, request: CutoutRequest): string {
  const nothing = 'the region and the image have no pixel in common';
  const { planes, center, pixelScale, radius = 0 } = native.describeLayout(layout);
  const [image] = planes;
  if (request.box) return `${nothing}; the image has ${image?.width} x ${image?.height} pixels`;
  if (!center || !pixelScale || !image) return nothing;
  const [width, height] = [image.width, image.height].map((side) => short((side * pixelScale) / ARCSEC));
  const extent = radius > WIDE ? `within ${short(radius)} degrees of` : `${width} x ${height} degrees around`;
  const { stencil } = request;
  const wanted = request.position ?? (request.size && centreOfSize(request));
  const middle = wanted ? ([wanted.ra, wanted.dec] as const) : stencil && middleOfRegion(stencil);
  const where = `the image is ${extent} ${center.map((degrees) => degrees.toFixed(5)).join(' ')}`;
  if (!middle) return `${nothing}; ${where}`;
  const what = wanted ? 'the position' : "the region's centre";
  return `${nothing}; ${where}, and ${what} is ${short(distanceOf(center, middle))} degrees from there`;
}

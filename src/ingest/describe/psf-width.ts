/** The width of a PSF as one number. */
import type { LayoutInfo } from '../../addon/layout.ts';
import { type Observation, psfAt } from '../../astronomy/observation.ts';

/** Full width at half maximum of a Gaussian of sigma 1. */
const FWHM = 2 * Math.sqrt(2 * Math.LN2);

/** FWHM in arc seconds at the middle of the image, of the Gaussian with the PSF's moments; null where no PSF is known. */
export function psfWidth({ psf }: Observation, { planes, pixelScale }: LayoutInfo): number | null {
  const [image] = planes;
  if (!psf || !image || pixelScale === undefined) return null;
  const [x0, y0] = image.xy0;
  const here = psfAt(psf, x0 + (image.width - 1) / 2, y0 + (image.height - 1) / 2);
  const area = here && here.ixx * here.iyy - here.ixy ** 2;
  return area !== undefined && area > 0 ? FWHM * area ** 0.25 * pixelScale : null;
}

/** The PSF's width and shape, from the best of what a file says of it. */

import type { ExposureInfo, LayoutInfo, PlaneInfo } from '../../addon/layout.ts';
import type { PsfGrid } from '../../astronomy/observation.ts';
import { defined } from '../../base/defined.ts';
import { type Cards, has, numberOf } from './cards.ts';
import { at, boxAt, numberAt, type Tree } from './tree.ts';

/** A millionth of a pixel², or of the light, is more than any PSF is known to. */
const digits = (value: number | null) => (value === null ? null : Math.round(value * 1e6) / 1e6);

function rounded(grid: PsfGrid): PsfGrid | undefined {
  const { ixx, iyy, ixy, weighted, enclosed } = grid;
  if (ixx.every((one) => one === null)) return undefined;
  return {
    ...{ ...grid, ixx: ixx.map(digits), iyy: iyy.map(digits), ixy: ixy.map(digits) },
    ...defined({ weighted: weighted?.map(digits), enclosed: enclosed?.map(digits) }),
  };
}

/** One and the same everywhere. */
function constant(
  { width, height, xy0 }: PlaneInfo,
  ixx: number,
  iyy: number,
  ixy: number,
): PsfGrid | undefined {
  if (!(ixx > 0 && iyy > 0 && ixx * iyy > ixy * ixy)) return undefined;
  const [x0, y0] = [xy0[0] + (width - 1) / 2, xy0[1] + (height - 1) / 2];
  return rounded({ x0, y0, dx: 1, dy: 1, nx: 1, ny: 1, ixx: [ixx], iyy: [iyy], ixy: [ixy] });
}

/** Cells of a coadd, at their centres. */
function ofCells(cells: PsfGrid, tree: Tree): PsfGrid | undefined {
  const box = boxAt(at(tree, 'psf', 'bounds', 'bbox'));
  const shape = at(tree, 'psf', 'bounds', 'grid', 'cell_shape');
  // Either an array or an object, y before x.
  const height = numberAt(shape, 0) ?? numberAt(shape, 'y');
  const width = numberAt(shape, 1) ?? numberAt(shape, 'x');
  if (!box || height === undefined || width === undefined || !(height > 0 && width > 0)) return undefined;
  return rounded({
    ...cells,
    x0: box[0] + (width - 1) / 2,
    y0: box[1] + (height - 1) / 2,
    dx: cells.dx * width,
    dy: cells.dy * height,
  });
}

function ofTree(tree: Tree, plane: PlaneInfo): PsfGrid | undefined {
  const sigma = numberAt(tree, 'psf', 'sigma');
  if (sigma !== undefined) return constant(plane, sigma * sigma, sigma * sigma, 0);
  const stats = at(tree, 'summary_stats');
  const [ixx, iyy, ixy] = ['psfIxx', 'psfIyy', 'psfIxy'].map((name) => numberAt(stats, name));
  if (ixx === undefined || iyy === undefined || ixy === undefined) return undefined;
  return constant(plane, ixx, iyy, ixy);
}

/** Full width at half maximum of a Gaussian of sigma 1. */
const FWHM = 2 * Math.sqrt(2 * Math.LN2);

/** NOIRLab's community pipelines: the median FWHM of the CCD's stars, or of the whole exposure's, in pixels. */
function ofCards(cards: Cards, plane: PlaneInfo): PsfGrid | undefined {
  if (!has(cards, 'PLVER')) return undefined;
  const fwhm = numberOf(cards, 'FWHM', 'SEEINGP1', 'SEEINGP');
  if (fwhm === undefined || fwhm < 0.5 || fwhm > 100) return undefined;
  const square = (fwhm / FWHM) ** 2;
  return constant(plane, square, square, 0);
}

export function psfOf(
  info: LayoutInfo,
  cards: Cards,
  exposure: ExposureInfo,
  tree: Tree | undefined,
): PsfGrid | null {
  const [plane] = info.planes;
  if (!plane) return null;
  const { psf, cellPsf, meanPsf } = exposure;
  return (
    (psf && rounded(psf)) ??
    (cellPsf && tree && ofCells(cellPsf, tree)) ??
    (meanPsf && constant(plane, ...meanPsf)) ??
    (tree && ofTree(tree, plane)) ??
    ofCards(cards, plane) ??
    null
  );
}

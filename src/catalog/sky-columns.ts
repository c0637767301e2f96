/** Columns of the tables of skymaps: tracts, and the patches of each. */
import { always, double, doubles, long, text } from './column-kinds.ts';

const DEGREES = { unit: 'deg' } as const;
const skymap = always(text('skymap', 'Skymap, as lsst_skymap in dataset', { ucd: 'meta.id' }));
const tract = always(long('tract', 'Tract of the skymap, as lsst_tract in dataset', { ucd: 'meta.id' }));
const inner = (what: string) =>
  doubles('inner_region', `${what}: lon lat of its vertices, ICRS`, { ...DEGREES, ucd: 'pos.outline' });
const outer = (what: string) =>
  doubles('outer_region', `${what}: lon lat of its vertices, ICRS, joined by great circles`, {
    ...DEGREES,
    ucd: 'pos.outline',
  });

/** One row per tract. */
export const TRACT_COLUMNS = [
  skymap,
  tract,
  double('ra', 'Right ascension of the centre, ICRS', { ...DEGREES, ucd: 'pos.eq.ra' }),
  double('dec', 'Declination of the centre, ICRS', { ...DEGREES, ucd: 'pos.eq.dec' }),
  long('width', 'Columns of its pixel grid', { unit: 'pixel', ucd: 'meta.number' }),
  long('height', 'Rows of its pixel grid', { unit: 'pixel', ucd: 'meta.number' }),
  double('pixel_scale', 'Size of a pixel at the centre', { unit: 'arcsec', ucd: 'phys.angSize;instr.pixel' }),
  inner('Positions that belong to the tract and to no other; its sides are meridians and parallels'),
  outer('Pixel grid, to the outer edges of its pixels'),
] as const;

/** One row per patch. */
export const PATCH_COLUMNS = [
  skymap,
  tract,
  always(long('patch', 'Patch of the tract, as lsst_patch in dataset', { ucd: 'meta.id' })),
  long('cell_x', 'Column of the patch in its tract', { ucd: 'meta.number' }),
  long('cell_y', 'Row of the patch in its tract', { ucd: 'meta.number' }),
  long('x_min', "First column of the inner box, 0-based in the tract's grid", { unit: 'pixel' }),
  long('y_min', "First row of the inner box, 0-based in the tract's grid", { unit: 'pixel' }),
  long('inner_width', 'Columns of the inner box', { unit: 'pixel', ucd: 'meta.number' }),
  long('inner_height', 'Rows of the inner box', { unit: 'pixel', ucd: 'meta.number' }),
  inner('Inner box, to the outer edges of its pixels'),
  outer(
    'Outer box, which patches share with their neighbours, as an image of the patch or a registry gives it',
  ),
] as const;

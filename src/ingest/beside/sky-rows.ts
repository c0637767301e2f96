/** Rows of the tracts and patches that images are of. */
import { boxOnSky, ringsTract } from '../../astronomy/rings.ts';
import { type SkymapConfig, skymapNamed } from '../../astronomy/skymaps.ts';
import type { CatalogRow } from '../../catalog/schema.ts';
import { keyOf, type RowOf, rowFor, TABLES } from '../../catalog/tables.ts';

interface SkyRows {
  readonly tract: readonly RowOf<'tract'>[];
  readonly patch: readonly RowOf<'patch'>[];
}

/** Where the skymap is not known, what only it can say is null. */
export function skyRows(
  datasets: readonly CatalogRow[],
  skymaps: Readonly<Record<string, SkymapConfig>> = {},
): SkyRows {
  const tracts = new Map<string, RowOf<'tract'>>();
  const patches = new Map<string, RowOf<'patch'>>();
  for (const { lsst_skymap: skymap, lsst_tract: tract, lsst_patch: patch, footprint } of datasets) {
    if (skymap === null || tract === null) continue;
    const config = skymapNamed(skymap, skymaps);
    const row = tractRow(skymap, tract, config);
    const key = keyOf(TABLES.tract.key, row);
    if (!tracts.has(key)) tracts.set(key, row);
    if (patch === null) continue;
    const outer = (footprint?.length ?? 0) >= 6 ? footprint : null;
    const one = patchRow(skymap, tract, patch, outer, config);
    patches.set(keyOf(TABLES.patch.key, one), one);
  }
  return { tract: [...tracts.values()], patch: [...patches.values()] };
}

/** A region that crosses RA 0 is written with longitudes below 360. */
const turned = (lon: number) => ((lon % 360) + 360) % 360;

function tractRow(skymap: string, tract: number, config: SkymapConfig | undefined): RowOf<'tract'> {
  const key = { skymap, tract };
  const found = config && ringsTract(config, tract);
  if (!found) return rowFor('tract', key);
  const size = found.patches * config.inner;
  const [west, east, south, north] = found.inner ?? [];
  const inner =
    west === undefined || east === undefined || south === undefined || north === undefined
      ? null
      : [turned(west), south, turned(east), south, turned(east), north, turned(west), north];
  return rowFor('tract', {
    ...key,
    ra: found.ra,
    dec: found.dec,
    width: size,
    height: size,
    pixel_scale: config.pixelScale,
    inner_region: inner,
    outer_region: boxOnSky(config, found, [-0.5, -0.5, size - 0.5, size - 0.5]),
  });
}

function patchRow(
  skymap: string,
  tract: number,
  patch: number,
  outer: readonly number[] | null,
  config: SkymapConfig | undefined,
): RowOf<'patch'> {
  const key = { skymap, tract, patch, outer_region: outer };
  const found = config && ringsTract(config, tract);
  if (!found || patch < 0 || patch >= found.patches ** 2) return rowFor('patch', key);
  const [cellX, cellY] = [patch % found.patches, Math.floor(patch / found.patches)];
  const [x, y] = [cellX * config.inner, cellY * config.inner];
  return rowFor('patch', {
    ...key,
    cell_x: cellX,
    cell_y: cellY,
    x_min: x,
    y_min: y,
    inner_width: config.inner,
    inner_height: config.inner,
    inner_region: boxOnSky(config, found, [x - 0.5, y - 0.5, x + config.inner - 0.5, y + config.inner - 0.5]),
  });
}

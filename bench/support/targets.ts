/** What the cutout claims have in common: one large image, known already, and many places in it. */

import { native } from '../../src/addon/addon.ts';
import type { ResolvedDataset } from '../../src/base/dataset.ts';
import type { Stencil } from '../../src/base/sky.ts';
import type { BenchContext } from './claim.ts';

/** Pixels of a side. */
export const SIDE = 256;

export interface Target {
  readonly lon: number;
  readonly lat: number;
  /** A circle whose box has 256 x 256 pixels, give or take one. */
  readonly stencil: Stencil;
}

export interface Bench {
  readonly dataset: ResolvedDataset;
  readonly targets: readonly Target[];
  /** For the peer's standard input. */
  readonly positions: string;
}

/** The same well-spread places in every run: a two-dimensional golden-ratio sequence, inside the middle 80 percent. */
export function benchOf({ file }: BenchContext): Bench {
  const source = { root: file.folder, path: file.path };
  const { layout } = native.readLayout([{ source }]);
  const { center, pixelScale, planes } = native.describeLayout(layout);
  const [plane] = planes;
  if (!center || !pixelScale || !plane) throw new Error('the bench image has no WCS');
  const halfSide = (0.4 * Math.min(plane.width, plane.height) * pixelScale) / 3600;
  const targets = Array.from({ length: 64 }, (_, i) => {
    const [u, v] = [((i + 1) * 0.7548776662466927) % 1, ((i + 1) * 0.5698402909980532) % 1];
    // A square on the sky whose corners stay in a rotated detector: side over the square root of two.
    const lat = center[1] + (2 * v - 1) * halfSide * Math.SQRT1_2;
    const lon = center[0] + ((2 * u - 1) * halfSide * Math.SQRT1_2) / Math.cos((lat * Math.PI) / 180);
    const radius = (((SIDE - 1) / 2) * pixelScale) / 3600;
    return { lon, lat, stencil: { shape: 'circle' as const, values: [lon, lat, radius] } };
  });
  return {
    dataset: { id: 'ivo://vignet.bench/image', layout, sources: [source], version: '1', name: 'bench' },
    targets,
    positions: targets.map(({ lon, lat }) => `${lon} ${lat}\n`).join(''),
  };
}

/** From a dataset to the addon's call: what it sees of the sky, its noise, its defects, its headers. */
import { join } from 'node:path';
import { BAND_FACTS } from './bands.ts';
import { PIXEL_SCALE } from './camera.ts';
import { type Dataset, extentOf } from './datasets.ts';
import { headersOf } from './headers.ts';
import { ditherSeedOf, noiseSeedOf } from './identity.ts';
import { maskBits } from './masks.ts';
import { type SimulationSpec, type SimulationWritten, simulateImage } from './native.ts';
import type { Settings } from './options.ts';
import { psfOf } from './psf.ts';
import { Random } from './random.ts';
import type { Sky, SkySource } from './sources.ts';
import { DEGREE } from './sphere.ts';
import { brightness } from './variability.ts';
import { unitsPerElectron } from './visits.ts';
import { toPixel } from './wcs.ts';

const FULL_WELL = 100_000;
/** Half-light radius of an exponential disc, in scale lengths. */
const HALF_LIGHT = 1.67834699;

export function renderDataset(
  dataset: Dataset,
  settings: Settings,
  sky: Sky,
  out: string,
): SimulationWritten {
  return simulateImage(specOf(dataset, settings, out), sourcesOf(dataset, sky));
}

/** Flux of a source in a dataset, nJy: in coadds the mean, in differences what is left after the mean is taken away. */
export function fluxIn(dataset: Dataset, source: SkySource): number {
  const mean = source.flux[dataset.band];
  if (!dataset.visit) return mean;
  const now = mean * brightness(source.variability, dataset.band, dataset.visit.mjd);
  return dataset.type === 'difference_image' ? now - mean : now;
}

/** Six numbers of every source that may leave light in the image. */
export function sourcesOf(dataset: Dataset, sky: Sky): Float64Array {
  const { center, radius } = extentOf(dataset);
  const rows: number[] = [];
  for (const source of sky.around(center, radius)) {
    const flux = fluxIn(dataset, source);
    if (flux === 0) continue;
    const [x, y] = toPixel(dataset.wcs, source);
    const margin = flux > 1e5 ? 400 : 60;
    if (!(x > -margin && y > -margin && x < dataset.width + margin && y < dataset.height + margin)) continue;
    rows.push(x, y, flux, ...shapeOf(dataset, source));
  }
  return Float64Array.from(rows);
}

/** The disc's scale length squared as a matrix in pixels: axes on the sky, carried over by the inverse of CD. */
function shapeOf(dataset: Dataset, source: SkySource): [number, number, number] {
  if (source.type === 'star') return [0, 0, 0];
  const long = source.radius / HALF_LIGHT / 3600;
  const short = long * source.axisRatio;
  const [sin, cos] = [Math.sin(source.angle * DEGREE), Math.cos(source.angle * DEGREE)];
  const [a, b, c, d] = dataset.wcs.cd;
  const det = a * d - b * c;
  const toPixels = (east: number, north: number): [number, number] => [
    (d * east - b * north) / det,
    (a * north - c * east) / det,
  ];
  const [mx, my] = toPixels(long * sin, long * cos);
  const [nx, ny] = toPixels(short * cos, -short * sin);
  return [mx * mx + nx * nx, mx * my + nx * ny, my * my + ny * ny];
}

export function specOf(dataset: Dataset, settings: Settings, out: string): SimulationSpec {
  const { conditions, width, height } = dataset;
  const side = Math.min(256, width, height);
  const values = dataset.dataId.filter(([name]) => name !== 'DAY_OBS').map(([, value]) => value);
  return {
    path: join(out, dataset.path),
    ...{ width, height, recipe: settings.recipe, band: dataset.band },
    xy0: [dataset.x0, dataset.y0],
    raw: dataset.type === 'raw',
    psf: psfOf(conditions.fwhm / PIXEL_SCALE),
    noise: {
      seed: noiseSeedOf(dataset.uuid),
      unitsPerElectron: unitsPerElectron(conditions),
      // A difference carries the noise of its template too.
      sky: conditions.sky * (dataset.type === 'difference_image' ? 1.05 : 1),
      gradient: gradientOf(dataset),
      readNoise: conditions.readNoise,
      fullWell: dataset.type === 'difference_image' ? 0 : FULL_WELL * (conditions.exposure / 30),
    },
    bits: maskBits(dataset.dictionary),
    defects: defectsOf(dataset, settings),
    tile: settings.tile === 'row' ? [0, 0] : [side, side],
    ditherSeed: ditherSeedOf(values),
    cards: headersOf(dataset),
    physicalFilter: dataset.visit ? BAND_FACTS[dataset.band].physicalFilter : '',
  };
}

/** The sky is up to a few per cent brighter on one side of the field: relative change per pixel. */
function gradientOf(dataset: Dataset): [number, number] {
  if (!dataset.visit) return [0, 0];
  const random = new Random(dataset.visit.id, 'gradient');
  const size = Math.max(dataset.width, dataset.height);
  return [(0.03 * random.normal()) / size, (0.03 * random.normal()) / size];
}

function defectsOf(dataset: Dataset, settings: Settings): SimulationSpec['defects'] {
  const { width, height, detector, lit } = dataset;
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ] as const;
  const dark = lit && corners.some(([x, y]) => Math.hypot(x - lit[0], y - lit[1]) > lit[2]) ? { lit } : {};
  if (!detector) return { badColumns: [], cosmicRays: 0, edge: 0, noData: [], ...dark };
  const random = new Random(settings.seed, 'defects', detector.id);
  const badColumns = Array.from({ length: 1 + random.poisson(1.5) }, () =>
    Math.floor(random.between(0, width)),
  );
  // A dead patch along the edge of an amplifier, on two detectors of three.
  const noData: number[] = [];
  if (random.uniform() < 0.67) {
    const x0 = Math.floor(random.between(0, 7.9)) * Math.floor(width / 8);
    const y0 = random.uniform() < 0.5 ? 0 : Math.floor(height * 0.94);
    noData.push(x0, y0, x0 + Math.floor(width / 8), y0 + Math.ceil(height * 0.06));
  }
  return {
    badColumns: [...new Set(badColumns)].sort((a, b) => a - b),
    cosmicRays: new Random(dataset.uuid, 'cosmic').poisson((200 * width * height) / (4072 * 4000)),
    edge: Math.max(2, Math.round((10 * width) / 4072)),
    noData,
    ...dark,
  };
}

/** Used by the truth: is a position on the dataset's pixels? */
export function holds(dataset: Dataset, source: SkySource): readonly [number, number] | undefined {
  const [x, y] = toPixel(dataset.wcs, source);
  return x > -0.5 && y > -0.5 && x < dataset.width - 0.5 && y < dataset.height - 0.5 ? [x, y] : undefined;
}

/** From a dataset to the addon's call: what it sees of the sky, its noise, its defects, its headers. */
import { join } from 'node:path';
import { BAND_FACTS } from './bands.ts';
import { type Calibration, detectorSpec } from './calibrations.ts';
import { type Detector, PIXEL_SCALE } from './camera.ts';
import { type Dataset, extentOf } from './datasets.ts';
import { calibrationHeaders, headersOf } from './headers.ts';
import { ditherSeedOf, noiseSeedOf } from './identity.ts';
import { maskBits } from './masks.ts';
import { type SimulationSpec, type SimulationWritten, simulateCalibration, simulateImage } from './native.ts';
import type { Settings } from './options.ts';
import { psfOf } from './psf.ts';
import { Random } from './random.ts';
import type { Sky, SkySource } from './sources.ts';
import { DEGREE } from './sphere.ts';
import { brightness } from './variability.ts';
import { darkTimeOf, unitsPerElectron } from './visits.ts';
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
  const spec = specOf(dataset, settings, out);
  if (!isReduced(dataset)) return simulateImage(spec, sourcesOf(dataset, sky));
  // What the detector saw, of which what does not vary is taken away.
  const seen: Dataset = { ...dataset, type: 'visit_image' };
  const isDifference = dataset.type === 'difference_image';
  const steady = isDifference ? sourcesOf(seen, sky, ({ flux }) => flux[dataset.band]) : undefined;
  return simulateImage(spec, sourcesOf(seen, sky), steady);
}

/** Made from what a detector gave. */
const isReduced = ({ type, epoch }: Dataset): boolean => epoch !== undefined && type !== 'raw';

export function renderCalibration(
  calibration: Calibration,
  settings: Settings,
  out: string,
): SimulationWritten {
  const { seed } = settings;
  const { type, detector, width, height } = calibration;
  return simulateCalibration({
    ...{ path: join(out, calibration.path), width, height, kind: type, variance: 0.01 },
    detector: detectorSpec(seed, detector, calibration),
    defects: { ...flawsOf(detector, settings), cosmicRays: 0, edge: 0 },
    bad: maskBits('early').BAD ?? 0,
    tile: tileOf(settings, width, height),
    cards: calibrationHeaders(calibration),
  });
}

/** Flux of a source in a dataset, nJy: in coadds the mean, in differences what is left after the mean is taken away. */
export function fluxIn(dataset: Dataset, source: SkySource): number {
  const mean = source.flux[dataset.band];
  if (!dataset.visit) return mean;
  const now = mean * brightness(source.variability, dataset.band, dataset.visit.mjd);
  return dataset.type === 'difference_image' ? now - mean : now;
}

/** Six numbers of every source that may leave light in the image. */
export function sourcesOf(
  dataset: Dataset,
  sky: Sky,
  fluxOf: (source: SkySource) => number = (source) => fluxIn(dataset, source),
): Float64Array {
  const { center, radius } = extentOf(dataset);
  const rows: number[] = [];
  for (const source of sky.around(center, radius)) {
    const flux = fluxOf(source);
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
  const electronics = electronicsOf(dataset, settings);
  const inDetector = dataset.epoch !== undefined;
  // What the detector gave has no noise of a template, and a raw image none of its own.
  const isDrawn = dataset.type === 'difference_image' && !inDetector;
  const values = dataset.dataId.filter(([name]) => name !== 'DAY_OBS').map(([, value]) => value);
  return {
    path: join(out, dataset.path),
    ...{ width, height, recipe: settings.recipe, band: dataset.band },
    xy0: [dataset.x0, dataset.y0],
    raw: dataset.type === 'raw',
    ...electronics,
    psf: psfOf(conditions.fwhm / PIXEL_SCALE),
    noise: {
      seed: noiseSeedOf(noiseName(dataset, settings)),
      unitsPerElectron: unitsPerElectron(conditions),
      // A difference carries the noise of its template too.
      sky: conditions.sky * (isDrawn ? 1.05 : 1),
      gradient: gradientOf(dataset),
      readNoise: conditions.readNoise,
      fullWell: isDrawn ? 0 : FULL_WELL * (conditions.exposure / 30),
    },
    bits: maskBits(dataset.dictionary),
    defects: defectsOf(dataset, settings),
    tile: tileOf(settings, width, height),
    ditherSeed: ditherSeedOf(values),
    cards: headersOf(dataset, electronics.detector),
    physicalFilter: dataset.visit ? BAND_FACTS[dataset.band].physicalFilter : '',
  };
}

function tileOf({ tile }: Settings, width: number, height: number): [number, number] {
  const side = Math.min(256, width, height);
  return tile === 'row' ? [0, 0] : [side, side];
}

/** All that is made of one exposure has the same noise. */
function noiseName({ uuid, visit, detector, epoch }: Dataset, { seed }: Settings): string {
  return epoch === undefined ? uuid : `${seed}/${visit?.id}/${detector?.id}`;
}

function electronicsOf({ detector, visit, epoch, band }: Dataset, { seed }: Settings) {
  if (!detector || !visit || epoch === undefined) return {};
  const { physicalFilter } = BAND_FACTS[band];
  return { detector: detectorSpec(seed, detector, { physicalFilter, epoch, darkTime: darkTimeOf(visit) }) };
}

/** The sky is up to a few per cent brighter on one side of the field: relative change per pixel. */
export function gradientOf(dataset: Dataset): [number, number] {
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
  return {
    ...flawsOf(detector, settings),
    cosmicRays: new Random(noiseName(dataset, settings), 'cosmic').poisson(
      (200 * width * height) / (4072 * 4000),
    ),
    edge: Math.max(2, Math.round((10 * width) / 4072)),
    ...dark,
  };
}

/** Bad columns of a detector and its dead patch. */
function flawsOf(
  { id, width, height }: Detector,
  { seed }: Settings,
): Pick<SimulationSpec['defects'], 'badColumns' | 'noData'> {
  const random = new Random(seed, 'defects', id);
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
  return { badColumns: [...new Set(badColumns)].sort((a, b) => a - b), noData };
}

/** Used by the truth: is a position on the dataset's pixels? */
export function holds(dataset: Dataset, source: SkySource): readonly [number, number] | undefined {
  const [x, y] = toPixel(dataset.wcs, source);
  return x > -0.5 && y > -0.5 && x < dataset.width - 0.5 && y < dataset.height - 0.5 ? [x, y] : undefined;
}

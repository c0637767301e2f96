/** The list of files that a simulation consists of: what each is of, where it goes and what it is called. */
import { BAND_FACTS, type Band } from './bands.ts';
import { centralDetectors, type Detector, detectorWcs, litCircle, PIXEL_SCALE } from './camera.ts';
import { uuidOf } from './identity.ts';
import type { Dictionary } from './masks.ts';
import type { Settings, SimulatedType } from './options.ts';
import { type Patch, Skymap, scaledSkymap, type Tract } from './skymap.ts';
import { deproject, offset, project, type SkyPoint, separation } from './sphere.ts';
import { type Conditions, EXPOSURE, READ_NOISE, skyElectrons, type Visit, visitsOf } from './visits.ts';
import { type TanSip, toPixel } from './wcs.ts';

export const INSTRUMENT = 'LSSTCam-sim';
/** Exposures that a simulated coadd is as deep as, where it has no inputs. */
const DEPTH = { deep_coadd: 60, template_coadd: 20 } as const;
export type CoaddType = keyof typeof DEPTH;
export const COADD_TYPES = ['deep_coadd', 'template_coadd'] as const;

/** A dataset that another was made from. */
export interface Input {
  readonly type: string;
  readonly uuid: string;
  readonly run: string;
}

/** One file. Plain data, so that it can be sent to a worker. */
export interface Dataset {
  readonly type: SimulatedType;
  readonly uuid: string;
  /** Below the output folder, with forward slashes. */
  readonly path: string;
  readonly run: string;
  readonly band: Band;
  /** Names and values, in the Butler's order. */
  readonly dataId: readonly (readonly [string, string | number])[];
  readonly dictionary: Dictionary;
  readonly width: number;
  readonly height: number;
  readonly x0: number;
  readonly y0: number;
  readonly wcs: TanSip;
  readonly conditions: Conditions;
  readonly lit?: readonly [number, number, number];
  readonly visit?: Visit;
  readonly detector?: Detector;
  readonly tract?: number;
  readonly patch?: number;
  /** Which calibrations its detector has; absent: the image was never in a detector. */
  readonly epoch?: number;
  readonly inputs?: readonly Input[];
}

/** How the names of runs begin. */
export const rootOf = ({ release }: Settings): string => release ?? 'simulated';

export function datasetsOf(settings: Settings): Dataset[] {
  const { scale, seed, center, types, years } = settings;
  const list: Dataset[] = [];
  const visits = wideVisits(settings);
  const detectors = centralDetectors(scale, settings.detectors);
  for (const [i, visit] of visits.entries()) {
    for (const detector of detectors) {
      for (const type of ['visit_image', 'difference_image', 'raw'] as const) {
        if (!types.includes(type) || (type === 'difference_image' && i >= settings.differences)) continue;
        list.push(exposureOf(settings, type, visit, detector, scale));
      }
    }
  }
  for (const type of COADD_TYPES) if (types.includes(type)) list.push(...coaddsOf(settings, type));
  const full = visitsOf({
    ...{ seed, center, bands: ['r', 'i', 'g'], count: settings.fullSize, years },
    ...{ label: 'full', root: rootOf(settings), dither: (400 * PIXEL_SCALE) / 3600 },
  });
  for (const visit of full) {
    // Numbered apart from the others, of which one may have been taken the same night.
    const numbered = { ...visit, id: visit.id + 50000 };
    const [detector] = centralDetectors(1, 1);
    if (detector) list.push(exposureOf(settings, 'visit_image', numbered, detector, 1));
  }
  return list;
}

export function wideVisits(settings: Settings): Visit[] {
  const { seed, center, bands, visits, years, scale } = settings;
  return visitsOf({
    ...{ seed, center, bands, count: visits, years, label: 'wide', root: rootOf(settings) },
    dither: (1200 * scale * PIXEL_SCALE) / 3600,
  });
}

export function uuid(
  settings: Settings,
  type: string,
  dataId: Dataset['dataId'],
  width: number,
  epoch?: number,
): string {
  const { seed, scale, recipe, tile, center, density, release } = settings;
  const name = { seed, scale, recipe, tile, center, density, type, dataId, width, epoch, release };
  return uuidOf(JSON.stringify(name));
}

export function exposureOf(
  settings: Settings,
  type: SimulatedType,
  visit: Visit,
  detector: Detector,
  scale: number,
): Dataset {
  const { physicalFilter } = BAND_FACTS[visit.band];
  const difference = type === 'difference_image';
  const run =
    difference || type === 'raw' ? `${rootOf(settings)}/${difference ? 'difference' : 'raw'}` : visit.run;
  const dataId: Dataset['dataId'] = [
    ['BAND', visit.band],
    ['INSTRUMENT', INSTRUMENT],
    ...(type === 'raw' ? [] : ([['DAY_OBS', Math.floor(visit.id / 100000)]] as const)),
    ['DETECTOR', detector.id],
    ['PHYSICAL_FILTER', physicalFilter],
    [type === 'raw' ? 'EXPOSURE' : 'VISIT', visit.id],
  ];
  const sip = detectorWcs(detector, visit, scale, settings.seed);
  return {
    ...{ type, run, band: visit.band, dataId, x0: 0, y0: 0, visit, detector },
    uuid: uuid(settings, type, dataId, detector.width),
    path: `${run}/${type}/${visit.band}/${visit.id}/${type}_${INSTRUMENT}_${visit.id}_${detector.name}_${visit.band}.fits`,
    dictionary: difference ? 'difference' : visit.run.endsWith('early') ? 'early' : 'late',
    width: detector.width,
    height: detector.height,
    wcs: sip,
    conditions: visit,
    lit: litCircle(detector, scale),
    ...(type === 'raw' && { epoch: 1 }),
  };
}

export function coaddsOf(settings: Settings, type: CoaddType): Dataset[] {
  const skymap = new Skymap(scaledSkymap(settings.scale));
  const list: Dataset[] = [];
  for (const tract of nearestTracts(skymap, settings.center, settings.tracts)) {
    for (const patch of nearestPatches(skymap, tract, settings.center, settings.patches)) {
      for (const band of settings.coaddBands) list.push(coaddOf(settings, type, skymap, tract, patch, band));
    }
  }
  return list;
}

function coaddOf(
  settings: Settings,
  type: CoaddType,
  skymap: Skymap,
  tract: Tract,
  patch: Patch,
  band: Band,
): Dataset {
  const run = `${rootOf(settings)}/coadd`;
  const dataId = [
    ['BAND', band],
    ['SKYMAP', skymap.config.name],
    ['TRACT', tract.id],
    ['PATCH', patch.id],
  ] as const;
  const { x0, y0, x1, y1 } = patch.outer;
  const wcs = tractWcs(skymap, tract, x0, y0);
  // The survey covers a disc about the centre; beyond it coadds have no data.
  const [x, y] = toPixel(wcs, settings.center);
  const reach = skymap.config.inner * (0.65 * Math.sqrt(settings.patches * settings.tracts) + 0.1);
  return {
    ...{ type, run, band, dataId, x0, y0, wcs, dictionary: 'coadd' },
    uuid: uuid(settings, type, dataId, x1 - x0),
    path: `${run}/${type}/${tract.id}/${patch.id}/${band}/${type}_${tract.id}_${patch.id}_${band}_${skymap.config.name}.fits`,
    width: x1 - x0,
    height: y1 - y0,
    conditions: coaddConditions(band, DEPTH[type]),
    lit: [x, y, reach],
    tract: tract.id,
    patch: patch.id,
  };
}

/** Those of a coadd as deep as so many exposures. */
export function coaddConditions(band: Band, exposures: number): Conditions {
  const facts = BAND_FACTS[band];
  const exposure = EXPOSURE * exposures;
  return {
    fwhm: facts.seeing * 1.05,
    zeroPoint: facts.zeroPoint,
    sky: skyElectrons(facts.sky - 0.2, facts.zeroPoint, exposure),
    exposure,
    readNoise: READ_NOISE * Math.sqrt(exposures),
  };
}

/** The WCS of an image whose first pixel is (x0, y0) of the tract. */
export function tractWcs(skymap: Skymap, tract: Tract, x0: number, y0: number): TanSip {
  const s = skymap.config.pixelScale / 3600;
  return {
    crpix: [tract.crpix[0] + 1 - x0, tract.crpix[1] + 1 - y0],
    crval: tract.center,
    cd: [-s, 0, 0, s],
  };
}

export function nearestTracts(skymap: Skymap, center: SkyPoint, count: number): Tract[] {
  const step = 180 / (skymap.config.rings + 1) / 2;
  const found = new Map<number, Tract>();
  for (let ring = 0; ring <= 4; ring++) {
    for (let bearing = 0; bearing < 360; bearing += 30) {
      const id = skymap.find(offset(center, bearing, ring * step));
      if (!found.has(id)) found.set(id, skymap.tract(id));
    }
  }
  const distance = (t: Tract): number => Math.round(separation(center, t.center) * 1e9);
  return [...found.values()].sort((a, b) => distance(a) - distance(b) || a.id - b.id).slice(0, count);
}

function nearestPatches(skymap: Skymap, tract: Tract, center: SkyPoint, count: number): Patch[] {
  const { inner, pixelScale } = skymap.config;
  const [east, north] = project(tract.center, center);
  const x = tract.crpix[0] - (east * 3600) / pixelScale;
  const y = tract.crpix[1] + (north * 3600) / pixelScale;
  const patches = Array.from({ length: tract.patches[0] * tract.patches[1] }, (_, id) =>
    skymap.patch(tract, id),
  );
  const distance = (p: Patch): number =>
    Math.round(Math.hypot(p.inner.x0 + inner / 2 - x, p.inner.y0 + inner / 2 - y) * 1e3);
  return patches.sort((a, b) => distance(a) - distance(b) || a.id - b.id).slice(0, count);
}

/** The sky position of the middle of an image, and the radius in degrees of a circle that holds it. */
export function extentOf(dataset: Dataset): { center: SkyPoint; radius: number } {
  const { wcs, width, height } = dataset;
  const u = (width + 1) / 2 - wcs.crpix[0];
  const v = (height + 1) / 2 - wcs.crpix[1];
  const center = deproject(wcs.crval, wcs.cd[0] * u + wcs.cd[1] * v, wcs.cd[2] * u + wcs.cd[3] * v);
  return { center, radius: (1.05 * Math.hypot(width, height) * PIXEL_SCALE) / 3600 / 2 + 0.01 };
}

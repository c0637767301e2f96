/**
 * A complete release: raw images with their calibrations, what is made of them, and which was made from which. Visit images are the raw
 * images, corrected; difference images are the visit images less what does not vary.
 */

import { BAND_FACTS } from './bands.ts';
import { CALIBRATION_TYPES, type Calibration, type CalibrationType } from './calibrations.ts';
import { centralDetectors, type Detector } from './camera.ts';
import {
  COADD_TYPES,
  type CoaddType,
  coaddConditions,
  coaddsOf,
  type Dataset,
  exposureOf,
  INSTRUMENT,
  type Input,
  rootOf,
  uuid,
  wideVisits,
} from './datasets.ts';
import type { Settings } from './options.ts';
import type { Visit } from './visits.ts';
import { toPixel, toSky } from './wcs.ts';

export interface Release {
  readonly visits: readonly Visit[];
  readonly detectors: readonly Detector[];
  readonly datasets: readonly Dataset[];
  readonly calibrations: readonly Calibration[];
}

export function releaseOf(settings: Settings): Release {
  const visits = wideVisits(settings);
  const detectors = centralDetectors(settings.scale, settings.detectors);
  const calibrations = calibrationsOf(settings, visits, detectors);
  const pairs = visits.flatMap((visit) => detectors.map((detector) => ({ visit, detector })));
  const raws = pairs.map(({ visit, detector }): Dataset => {
    const epoch = epochOf(visit, visits);
    return { ...exposureOf(settings, 'raw', visit, detector, settings.scale), epoch };
  });
  const images = pairs.map(({ visit, detector }, i): Dataset => {
    const raw = raws[i] as Dataset;
    const made = exposureOf(settings, 'visit_image', visit, detector, settings.scale);
    const used = calibrations.filter((one) => isUsedFor(one, visit, detector));
    return { ...made, ...epochIn(raw), inputs: [raw, ...used].map(inputOf) };
  });
  const coadds = COADD_TYPES.flatMap((type) => coaddsFrom(settings, type, images));
  const templates = coadds.filter(({ type }) => type === 'template_coadd');
  const differences = pairs
    .slice(0, settings.differences * detectors.length)
    .flatMap(({ visit, detector }, i) => {
      const image = images[i] as Dataset;
      const under = templates.filter((one) => one.band === image.band && overlap(image, one));
      const made = exposureOf(settings, 'difference_image', visit, detector, settings.scale);
      return under.length === 0
        ? []
        : [{ ...made, ...epochIn(image), inputs: [image, ...under].map(inputOf) }];
    });
  return { visits, detectors, calibrations, datasets: [...raws, ...images, ...differences, ...coadds] };
}

const inputOf = ({ type, uuid, run }: Input): Input => ({ type, uuid, run });
const epochIn = ({ epoch }: Dataset) => (epoch === undefined ? {} : { epoch });

/** Biases are taken twice: they hold for the first and for the second half of the visits. */
function boundaryOf(visits: readonly Visit[]): number | null {
  const [before, after] = [visits[(visits.length >> 1) - 1], visits[visits.length >> 1]];
  // To the millisecond, as a Butler's timespans are made of it.
  return before && after ? Math.round(((before.mjd + after.mjd) / 2) * 86_400e3) / 86_400e3 : null;
}

function epochOf({ mjd }: Visit, visits: readonly Visit[]): number {
  return mjd < (boundaryOf(visits) ?? Number.POSITIVE_INFINITY) ? 1 : 2;
}

function isUsedFor(one: Calibration, { mjd, band }: Visit, detector: Detector): boolean {
  const [from, to] = one.validity;
  const filter = one.physicalFilter ?? BAND_FACTS[band].physicalFilter;
  const isValid = (from === null || mjd >= from) && (to === null || mjd < to);
  return isValid && one.detector.id === detector.id && filter === BAND_FACTS[band].physicalFilter;
}

function calibrationsOf(
  settings: Settings,
  visits: readonly Visit[],
  detectors: readonly Detector[],
): Calibration[] {
  const boundary = boundaryOf(visits);
  const epochs =
    boundary === null ? [[null, null] as const] : [[null, boundary] as const, [boundary, null] as const];
  const filters = [...new Set(visits.map(({ band }) => BAND_FACTS[band].physicalFilter))];
  return CALIBRATION_TYPES.flatMap((type) =>
    detectors.flatMap((detector) => {
      if (type === 'bias')
        return epochs.map((validity, i) => calibrationOf(settings, type, detector, i + 1, validity));
      if (type !== 'flat') return [calibrationOf(settings, type, detector, 1, [null, null])];
      return filters.map((filter) => calibrationOf(settings, type, detector, 1, [null, null], filter));
    }),
  );
}

function calibrationOf(
  settings: Settings,
  type: CalibrationType,
  detector: Detector,
  epoch: number,
  validity: Calibration['validity'],
  physicalFilter?: string,
): Calibration {
  const band = Object.entries(BAND_FACTS).find(([, facts]) => facts.physicalFilter === physicalFilter)?.[0];
  const dataId: Calibration['dataId'] = [
    ...(band === undefined ? [] : ([['BAND', band]] as const)),
    ['INSTRUMENT', INSTRUMENT],
    ['DETECTOR', detector.id],
    ...(physicalFilter === undefined ? [] : ([['PHYSICAL_FILTER', physicalFilter]] as const)),
  ];
  const run = `${rootOf(settings)}/calib/${epoch}`;
  const names = [type, INSTRUMENT, ...(physicalFilter === undefined ? [] : [physicalFilter]), detector.name];
  return {
    ...{ type, run, dataId, detector, epoch, validity },
    uuid: uuid(settings, type, dataId, detector.width, epoch),
    path: `${run}/${type}/${names.join('_')}.fits`,
    width: detector.width,
    height: detector.height,
    ...(physicalFilter !== undefined && { physicalFilter }),
  };
}

/** Those that have inputs: of templates the sharper half of the visit images, and as deep as they are many. */
function coaddsFrom(settings: Settings, type: CoaddType, images: readonly Dataset[]): Dataset[] {
  return coaddsOf(settings, type).flatMap((coadd) => {
    const under = images.filter((one) => one.band === coadd.band && overlap(one, coadd));
    const sharp = under
      .toSorted((a, b) => a.conditions.fwhm - b.conditions.fwhm)
      .slice(0, Math.ceil(under.length / 2));
    const used = type === 'template_coadd' ? under.filter((one) => sharp.includes(one)) : under;
    const exposures = new Set(used.map(({ visit }) => visit?.id)).size;
    return exposures === 0
      ? []
      : [{ ...coadd, conditions: coaddConditions(coadd.band, exposures), inputs: used.map(inputOf) }];
  });
}

const STEPS = 24;

/** Does one of a grid of the image's pixels lie on the co-add? */
function overlap(image: Dataset, coadd: Dataset): boolean {
  for (let j = 0; j <= STEPS; j++) {
    for (let i = 0; i <= STEPS; i++) {
      const at = toSky(image.wcs, ((image.width - 1) * i) / STEPS, ((image.height - 1) * j) / STEPS);
      const [x, y] = toPixel(coadd.wcs, at);
      if (x >= 0 && y >= 0 && x <= coadd.width - 1 && y <= coadd.height - 1) return true;
    }
  }
  return false;
}

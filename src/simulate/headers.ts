/** Headers of simulated files, as afw and the Butler write them. */

import { type Card, integer, logical, real, text } from '../fits/cards.ts';
import { BAND_FACTS } from './bands.ts';
import { type Calibration, type DetectorSpec, OVERSCAN } from './calibrations.ts';
import type { Dataset } from './datasets.ts';
import { type Dictionary, maskBits } from './masks.ts';
import { earthRotation, isoOf, SITE, TAI_MINUS_UTC } from './time.ts';
import { darkTimeOf, type Visit } from './visits.ts';
import { parentCards, type TanSip, wcsCards } from './wcs.ts';

type Headers = Record<'primary' | 'image' | 'mask' | 'variance', Card[]>;

const plane = (name: string, ...own: readonly (readonly Card[])[]): Card[] => [
  logical('INHERIT', true),
  text('EXTTYPE', name),
  text('EXTNAME', name),
  ...own.flat(),
];

const planesOf = (dictionary: Dictionary): Card[] =>
  Object.entries(maskBits(dictionary)).map(([name, bit]) => integer(`MP_${name}`, bit));

/** `detector`: of what was in a detector. */
export function headersOf(dataset: Dataset, detector?: DetectorSpec): Headers {
  const { wcs, width } = frameOf(dataset);
  const frame = [...wcsCards(wcs), ...parentCards(dataset.x0, dataset.y0)];
  const primary = primaryOf(dataset);
  if (dataset.type === 'raw')
    return {
      primary,
      // A raw image starts at the overscan, and has no parent.
      image: plane(
        'IMAGE',
        [text('BUNIT', 'adu')],
        wcsCards(wcs),
        detector ? sectionCards(detector, width, dataset.height) : [],
      ),
      mask: [],
      variance: [],
    };
  return {
    primary,
    image: plane('IMAGE', [text('BUNIT', 'nJy')], frame),
    mask: plane('MASK', frame, planesOf(dataset.dictionary)),
    variance: plane('VARIANCE', [text('BUNIT', 'nJy**2')], frame),
  };
}

/** Width and WCS of the file's image. Of a raw image the WCS is the pointing model without distortion, and the overscan is part of it. */
export function frameOf({ type, width, wcs }: Dataset): { width: number; wcs: TanSip } {
  if (type !== 'raw') return { width, wcs };
  const { crpix, crval, cd } = wcs;
  return { width: width + 2 * OVERSCAN, wcs: { crpix: [crpix[0] + OVERSCAN, crpix[1]], crval, cd } };
}

/** Sections of the two amplifiers, A on the left and B on the right, named as DECam's are. */
function sectionCards(detector: DetectorSpec, width: number, height: number): Card[] {
  const { overscan } = detector;
  const light = width - 2 * overscan;
  const half = light >> 1;
  const section = (from: number, to: number) => `[${from}:${to},1:${height}]`;
  const data = section(overscan + 1, overscan + light);
  const cards = [text('DATASEC', data), text('TRIMSEC', data), text('CCDSEC', section(1, light))];
  for (const [k, name] of ['A', 'B'].entries()) {
    const [from, to] = k === 0 ? [1, half] : [half + 1, light];
    const trimmed = section(overscan + from, overscan + to);
    const bias = k === 0 ? section(1, overscan) : section(width - overscan + 1, width);
    cards.push(
      text(`DATASEC${name}`, trimmed),
      text(`TRIMSEC${name}`, trimmed),
      text(`BIASSEC${name}`, bias),
      text(`CCDSEC${name}`, section(from, to)),
      real(`GAIN${name}`, detector.gains[k] ?? Number.NaN, '[electron/adu]'),
      real(`RDNOISE${name}`, detector.readNoises[k] ?? Number.NaN, '[electron]'),
    );
  }
  return cards;
}

const UNITS = { bias: 'electron', dark: 'electron/s', flat: '', defects: '' } as const;

export function calibrationHeaders(calibration: Calibration): Headers {
  const { type, detector, physicalFilter } = calibration;
  const unit = UNITS[type];
  const unitCards = (name: string) => (unit === '' ? [] : [text('BUNIT', name)]);
  const primary = [
    text('OBSTYPE', type),
    text('DETNAME', detector.name),
    text('DETSER', detector.serial),
    ...(physicalFilter === undefined ? [] : [text('FILTER', physicalFilter)]),
    logical('HAS-SIMULATED-CONTENT', true),
    ...butlerCards(calibration),
  ];
  return {
    primary,
    image: plane('IMAGE', unitCards(unit)),
    // Of defects the mask is the image.
    mask: plane(type === 'defects' ? 'IMAGE' : 'MASK', planesOf('early')),
    variance: plane('VARIANCE', unitCards(type === 'bias' ? `${unit}**2` : `(${unit})**2`)),
  };
}

function primaryOf(dataset: Dataset): Card[] {
  const { visit, detector, type, band } = dataset;
  const cards: Card[] = [];
  if (type !== 'raw') {
    cards.push(integer('EXPINFO_V', 2), integer('AR_HDU', 5, 'HDU (1-indexed) containing the archive'));
    for (const [name, id] of [
      ['PHOTOCALIB', 1],
      ['FILTER', 2],
      ['PSF', 3],
      ['AP_CORR_MAP', 5],
    ] as const) {
      const comment = `archive ID for generic component '${name}'`;
      cards.push(integer(`${name}_ID`, id, comment), integer(`ARCHIVE_ID_${name}`, id, comment));
    }
  }
  if (detector) cards.push(text('DETNAME', detector.name), text('DETSER', detector.serial));
  if (visit) cards.push(...visitInfo(visit));
  cards.push(text('FILTER', visit ? BAND_FACTS[band].physicalFilter : band));
  cards.push(logical('HAS-SIMULATED-CONTENT', true));
  cards.push(...butlerCards(dataset));
  return cards;
}

/** What the Butler writes into files: what they are, and the datasets they were made from. */
function butlerCards(
  dataset: Pick<Dataset, 'uuid' | 'run' | 'dataId' | 'inputs'> & { type: string },
): Card[] {
  const { uuid, run, type, dataId, inputs } = dataset;
  const cards = [
    text('LSST BUTLER ID', uuid),
    text('LSST BUTLER RUN', run),
    text('LSST BUTLER DATASETTYPE', type),
  ];
  for (const [name, value] of dataId) {
    const keyword = `LSST BUTLER DATAID ${name}`;
    cards.push(typeof value === 'number' ? integer(keyword, value) : text(keyword, value));
  }
  if (!inputs) return cards;
  cards.push(integer('LSST BUTLER N_INPUTS', inputs.length));
  for (const [i, input] of inputs.entries()) {
    cards.push(
      text(`LSST BUTLER INPUT ${i} ID`, input.uuid),
      text(`LSST BUTLER INPUT ${i} RUN`, input.run),
      text(`LSST BUTLER INPUT ${i} DATASETTYPE`, input.type),
    );
  }
  return cards;
}

function visitInfo(visit: Visit): Card[] {
  return [
    integer('EXPID', visit.id),
    real('EXPTIME', visit.exposure, '[s]'),
    real('DARKTIME', darkTimeOf(visit), '[s]'),
    text('DATE-AVG', isoOf(visit.mjd), 'TAI date at middle of observation'),
    text('TIMESYS', 'TAI'),
    real('MJD-AVG-UT1', visit.mjd - TAI_MINUS_UTC / 86400, '[d]'),
    real('AVG-ERA', earthRotation(visit.mjd), '[deg]'),
    real('BORE-RA', visit.center.ra, '[deg]'),
    real('BORE-DEC', visit.center.dec, '[deg]'),
    real('BORE-AZ', visit.pointing.azimuth, '[deg]'),
    real('BORE-ALT', visit.pointing.altitude, '[deg]'),
    real('BORE-AIRMASS', visit.airmass),
    real('BORE-ROTANG', visit.rotation, '[deg]'),
    text('ROTTYPE', 'SKY', 'Type of rotation angle'),
    real('OBS-LONG', SITE.longitude, '[deg] east'),
    real('OBS-LAT', SITE.latitude, '[deg]'),
    real('OBS-ELEV', SITE.elevation, '[m]'),
    text('OBJECT', 'vignet simulated field'),
  ];
}

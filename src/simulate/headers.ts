/** Headers of simulated files, as afw and the Butler write them. */

import { type Card, integer, logical, real, text } from '../fits/cards.ts';
import { BAND_FACTS } from './bands.ts';
import type { Dataset } from './datasets.ts';
import { maskBits } from './masks.ts';
import { earthRotation, isoOf, SITE, TAI_MINUS_UTC } from './time.ts';
import type { Visit } from './visits.ts';
import { parentCards, wcsCards } from './wcs.ts';

export function headersOf(dataset: Dataset): Record<'primary' | 'image' | 'mask' | 'variance', Card[]> {
  const raw = dataset.type === 'raw';
  const frame = [...wcsCards(dataset.wcs), ...parentCards(dataset.x0, dataset.y0)];
  const plane = (name: string, unit: readonly Card[], own: readonly Card[] = []): Card[] => [
    logical('INHERIT', true),
    text('EXTTYPE', name),
    text('EXTNAME', name),
    ...unit,
    ...frame,
    ...own,
  ];
  const planes = Object.entries(maskBits(dataset.dictionary)).map(([name, bit]) =>
    integer(`MP_${name}`, bit),
  );
  return {
    primary: primaryOf(dataset),
    image: plane('IMAGE', [text('BUNIT', raw ? 'adu' : 'nJy')]),
    mask: plane('MASK', [], planes),
    variance: plane('VARIANCE', [text('BUNIT', 'nJy**2')]),
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
  cards.push(text('LSST BUTLER ID', dataset.uuid), text('LSST BUTLER RUN', dataset.run));
  cards.push(text('LSST BUTLER DATASETTYPE', type));
  for (const [name, value] of dataset.dataId) {
    const keyword = `LSST BUTLER DATAID ${name}`;
    cards.push(typeof value === 'number' ? integer(keyword, value) : text(keyword, value));
  }
  return cards;
}

function visitInfo(visit: Visit): Card[] {
  return [
    integer('EXPID', visit.id),
    real('EXPTIME', visit.exposure, '[s]'),
    real('DARKTIME', visit.exposure + 0.5, '[s]'),
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

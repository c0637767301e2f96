/** The rows of a visit and of its detector, from what one of its files says. What it does not say is null. */
import type { ExposureInfo, LayoutInfo } from '../../addon/layout.ts';
import { isCoadd } from '../../astronomy/dataset-types.ts';
import { isNanojansky, type Observation } from '../../astronomy/observation.ts';
import { parseFitsDate, taiOfUtc, taiToUtc } from '../../astronomy/time.ts';
import type { CatalogRow } from '../../catalog/schema.ts';
import { type RowOf, rowFor } from '../../catalog/tables.ts';
import { type Cards, has, intOf, numberOf, textOf } from '../describe/cards.ts';

export interface VisitRows {
  readonly visit?: RowOf<'visit'>;
  readonly detector?: RowOf<'visit_detector'>;
}

/** What is known of a dataset before its rows beside it are made. */
export interface Known {
  readonly row: Omit<CatalogRow, 'pack' | 'pack_offset' | 'pack_length'>;
  readonly observation: Observation;
  readonly info: LayoutInfo;
  readonly cards: Cards;
  /** Of a co-add. */
  readonly inputs: ExposureInfo['inputs'];
}

/** AB magnitude of 1 nJy. */
const ZERO_POINT_NJY = 31.4;
const COUNTS = /^(adu|e-|electrons?|counts?|dn)$/i;

function zeroPoint({ unit, photometry }: Observation): number | null {
  if (!photometry || unit === null || isNanojansky(unit) || !COUNTS.test(unit.trim())) return null;
  return photometry.scale > 0 ? ZERO_POINT_NJY - 2.5 * Math.log10(photometry.scale) : null;
}

const within = (value: number | undefined, low: number, high: number) =>
  value !== undefined && value >= low && value <= high ? value : null;

/** UT1 - UTC in seconds: afw writes the middle of the exposure in TAI and in UT1. */
function dut1Of(cards: Cards): number | null {
  const ut1 = numberOf(cards, 'MJD-AVG-UT1');
  const middle = parseFitsDate(textOf(cards, 'DATE-AVG') ?? '');
  if (ut1 === undefined || !middle || textOf(cards, 'TIMESYS')?.toUpperCase() !== 'TAI') return null;
  const { day, seconds } = taiToUtc(middle);
  // The difference never exceeds 0.9 s: beyond, one of the two is something else.
  return within((ut1 - day) * 86_400 - seconds, -0.95, 0.95);
}

/** Cards that afw writes of a visit, with its units. Other software gives the same names other meanings. */
function afwColumns(cards: Cards): Partial<RowOf<'visit'>> {
  if (!has(cards, 'EXPINFO_V', 'AR_HDU') || !has(cards, 'BORE-RA')) return {};
  const isSky = textOf(cards, 'ROTTYPE')?.toUpperCase() === 'SKY';
  return {
    ra: within(numberOf(cards, 'BORE-RA'), 0, 360),
    dec: within(numberOf(cards, 'BORE-DEC'), -90, 90),
    rotation: isSky ? within(numberOf(cards, 'BORE-ROTANG'), -360, 360) : null,
    azimuth: within(numberOf(cards, 'BORE-AZ'), -360, 360),
    altitude: within(numberOf(cards, 'BORE-ALT'), -90, 90),
    dark_time: within(numberOf(cards, 'DARKTIME'), 0, Number.MAX_VALUE),
    dut1: dut1Of(cards),
    air_temperature: within(numberOf(cards, 'AIRTEMP'), -100, 100),
    air_pressure: within(numberOf(cards, 'AIRPRESS'), 1, 200_000),
    humidity: within(numberOf(cards, 'HUMIDITY'), 0, 100),
    science_program: textOf(cards, 'PROGRAM') ?? null,
    observation_reason: textOf(cards, 'REASON') ?? null,
  };
}

const DATA_ID = 'LSST BUTLER DATAID';
/** Rubin's names of detectors: raft and sensor. */
const RAFT = /^(R\d\d)_S[\dGW]\d$/;

/** Of images that are of one visit of an instrument; of others, nothing. */
export function visitRows(known: Known): VisitRows {
  const { row, observation, cards } = known;
  const { instrument_name: instrument, lsst_visit: visit, lsst_detector: detector } = row;
  if (instrument === null || visit === null || isCoadd(row.dataset_type)) return {};
  const key = { obs_collection: row.obs_collection, instrument, visit };
  const summary = { psf_fwhm: row.s_resolution, zero_point: zeroPoint(observation) };
  const describedBy = { described_by: row.dataset_type };
  const [lon, lat, elevation] = observation.site ?? [null, null, null];
  const visitRow = rowFor('visit', {
    ...key,
    day_obs: intOf(cards, `${DATA_ID} DAY_OBS`, 'DAYOBS') ?? null,
    physical_filter: row.lsst_filter,
    band: row.lsst_band,
    airmass: observation.airmass,
    exposure_begin: row.t_min === null ? null : taiOfUtc(row.t_min),
    exposure_end: row.t_max === null ? null : taiOfUtc(row.t_max),
    exposure_time: row.t_exptime,
    site_lon: lon,
    site_lat: lat,
    site_elevation: elevation,
    target_name: row.target_name,
    observation_type: textOf(cards, 'OBSTYPE') ?? null,
    science_program: textOf(cards, 'PROPID') ?? null,
    ...afwColumns(cards),
    ...(detector === null ? summary : {}),
    ...describedBy,
  });
  if (detector === null) return { visit: visitRow };
  const name = textOf(cards, 'DETNAME') ?? null;
  return {
    visit: visitRow,
    detector: rowFor('visit_detector', {
      ...key,
      detector,
      name,
      raft: RAFT.exec(name ?? '')?.[1] ?? null,
      corners: (row.footprint?.length ?? 0) >= 6 ? row.footprint : null,
      corners_origin: (row.footprint?.length ?? 0) >= 6 ? row.s_region_origin : null,
      ...summary,
      ...describedBy,
    }),
  };
}

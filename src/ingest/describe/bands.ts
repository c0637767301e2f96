/** Bands and their wavelengths. */
import { type FileFacts, plainName, regexpOf } from '../survey/matching.ts';
import type { SurveyDescription } from '../survey/schema.ts';
import { type Cards, has, textOf } from './cards.ts';

/** Edges in nanometres. */
type Edges = readonly [number, number];
type Table = Readonly<Record<string, Edges>>;

/** LSST bands as published in the ObsCore of DP1 and DP2 (lsst-dm/dax_obscore, configs). */
const LSST: Table = {
  u: [300, 393.2],
  g: [402.6, 548.3],
  r: [551, 689.1],
  i: [693.6, 818.8],
  z: [819.2, 920.1],
  y: [927.8, 1100],
};

const centred = (centre: number, width: number): Edges => [centre - width / 2, centre + width / 2];

/** DECam: centre and width as its own FILTER cards give them. */
const DECAM: Table = {
  u: centred(355, 88),
  g: centred(472, 152),
  r: centred(641.5, 148),
  i: centred(783.5, 147),
  z: centred(926, 152),
  Y: centred(1009.5, 113),
  VR: centred(626, 260),
};

/** SDSS system: effective wavelength and full width at half maximum (Fukugita et al. 1996, AJ 111, 1748, table 2a). */
const SDSS: Table = {
  u: centred(355.7, 59.9),
  g: centred(482.5, 137.9),
  r: centred(626.1, 138.2),
  i: centred(767.2, 153.5),
  z: centred(909.7, 137),
};

/** Johnson-Cousins: the same (Bessell 2005, ARA&A 43, 293, table 1). */
const JOHNSON: Table = {
  U: centred(366.3, 65),
  B: centred(436.1, 89),
  V: centred(544.8, 84),
  R: centred(640.7, 158),
  I: centred(798, 154),
};

export interface Band {
  /** Short name, `g`; null when the filter is in no table. */
  readonly band: string | null;
  /** The filter as the header names it. */
  readonly filter: string | null;
  /** Metres. */
  readonly emMin: number | null;
  readonly emMax: number | null;
}

/** `g`, `g_6`, `HSC-G`, `bokr`, `zd DECam k1038`, `g DECam SDSS c0001 4720.0 1520.0`, `i_sim_1.4`: the letter they are about. */
export function bandOfFilter(filter: string): string | null {
  if (/^[UBVRI]$/.test(filter)) return filter;
  if (/^VR(?![A-Za-z])/.test(filter)) return 'VR';
  if (/^zd?(?![A-Za-z])/.test(filter)) return 'z';
  return /^(?:HSC-|bok)?([ugrizy])(?![A-Za-z0-9])/i.exec(filter)?.[1]?.toLowerCase() ?? null;
}

/** `… 4720.0 1520.0`: centre and width in Ångström at the end of a DECam filter's name. */
function edgesInName(filter: string): Edges | undefined {
  const match = /\s(\d{4,5}(?:\.\d+)?)\s+(\d{2,4}(?:\.\d+)?)$/.exec(filter);
  return match ? centred(Number(match[1]) / 10, Number(match[2]) / 10) : undefined;
}

function tableOf(instrument: string | null, filter: string | null): Table | undefined {
  if (instrument !== null && /^(lsst|vignet|sim)/i.test(instrument)) return LSST;
  if (/decam/i.test(instrument ?? '') || /decam/i.test(filter ?? '')) return DECAM;
  if (/90prime|sdss|mosaic/i.test(instrument ?? '')) return SDSS;
  return undefined;
}

/** A wheel without a filter. */
const CLEAR = /^CLEAR/i;

/** The band that a survey description gives to a filter, or to a file. */
function bandBySurvey(
  { is, names, inName }: NonNullable<SurveyDescription['band']>,
  filter: string | null,
  file: string,
): string | undefined {
  const named = filter === null ? undefined : names?.find((one) => regexpOf(one.filter).test(filter));
  const inFile = inName === undefined ? undefined : regexpOf(inName).exec(plainName(file))?.groups?.band;
  return is ?? named?.band ?? (filter === null ? inFile : undefined);
}

/** Band, filter and wavelengths of an image; `instrument` null when its cards name none. */
export function bandOf(
  cards: Cards,
  instrument: string | null,
  survey: SurveyDescription['band'] = {},
  file: Pick<FileFacts, 'name'> = { name: '' },
): Band {
  const filter =
    survey.cards?.map((card) => textOf(cards, card)).find((one) => one && !CLEAR.test(one)) ??
    textOf(
      cards,
      'LSST BUTLER DATAID PHYSICAL_FILTER',
      'FILTER',
      'LSST BUTLER DATAID BAND',
      'FILTER1',
      'BAND',
    ) ??
    null;
  const named = textOf(cards, 'LSST BUTLER DATAID BAND', 'BAND');
  const known = filter === '_unknown_' ? null : filter;
  const band =
    (named !== undefined && named.length <= 16 ? named : null) ??
    bandBySurvey(survey, known, file.name) ??
    (known === null ? null : bandOfFilter(known));
  // Coadds name no instrument; those that carry Butler or lsst.images cards are LSST's.
  const rubin = instrument === null && has(cards, 'LSST BUTLER DATASETTYPE', 'DATAMODL');
  const edges =
    (band === null ? undefined : survey.wavelengths?.[band]) ??
    edgesOf(band, known, rubin ? 'LSST' : instrument);
  return {
    band,
    filter: known,
    emMin: edges ? metres(edges[0]) : null,
    emMax: edges ? metres(edges[1]) : null,
  };
}

function edgesOf(band: string | null, filter: string | null, instrument: string | null): Edges | undefined {
  const named = filter === null ? undefined : edgesInName(filter);
  if (named) return named;
  if (band === null) return undefined;
  // Upper-case UBVRI are Johnson's, whatever the camera.
  const table = Object.hasOwn(JOHNSON, band) ? JOHNSON : tableOf(instrument, filter);
  return table && Object.hasOwn(table, band) ? table[band] : undefined;
}

/** Nanometres to metres, without the digits that binary fractions add. */
const metres = (nanometres: number) => Number((nanometres * 1e-9).toPrecision(8));

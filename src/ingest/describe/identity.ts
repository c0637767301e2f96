/** What an image is: its type and data ID, from Butler cards, else from what afw, lsst.images and the community pipelines write. */
import { canonicalUuid } from '../../base/uuid.ts';
import type { SurveyDescription } from '../survey/schema.ts';
import { type Cards, has, intOf, textOf } from './cards.ts';

export interface Identity {
  readonly type: string;
  /** The Butler's UUID, when the file carries one. */
  readonly uuid: string | undefined;
  readonly run: string | null;
  readonly instrument: string | null;
  readonly visit: number | null;
  readonly detector: number | null;
  readonly skymap: string | null;
  readonly tract: number | null;
  readonly patch: number | null;
}

const BUTLER = 'LSST BUTLER';
const DATA_ID = `${BUTLER} DATAID`;

/** afw cards that only a camera's image has, and one that only a coadd has. */
const AFW_VISIT = ['DETNAME', 'BORE-RA', 'DETECTOR_ID', 'ARCHIVE_ID_DETECTOR'];
export const AFW_COADD = ['COADD_INPUTS_ID', 'COADDINPUTS_ID', 'ARCHIVE_ID_COADD_INPUTS'];

function typeOf(cards: Cards): string | undefined {
  const butler = textOf(cards, `${BUTLER} DATASETTYPE`);
  if (butler !== undefined) return butler;
  const model = /\/([a-z_]+)-\d[\d.]*$/.exec(textOf(cards, 'DATAMODL') ?? '')?.[1];
  if (model !== undefined) return model === 'cell_coadd' ? 'deep_coadd' : model;
  if (has(cards, 'EXPINFO_V', 'AR_HDU')) {
    if (has(cards, ...AFW_COADD)) return 'deep_coadd';
    if (has(cards, ...AFW_VISIT)) return /jy/i.test(textOf(cards, 'BUNIT') ?? '') ? 'visit_image' : 'calexp';
  }
  const processed = textOf(cards, 'PROCTYPE')?.toLowerCase() ?? '';
  if (/^raw$/.test(processed) && has(cards, 'OBSTYPE') && !has(cards, 'CCDPROC')) return 'raw';
  if (processed === 'instcal' || processed === 'skysub') return 'instcal';
  if (/^(stack|resamp)/.test(processed)) return processed.startsWith('stack') ? 'stack' : 'resampled';
  return undefined;
}

/** CCDs are numbered by CCDNUM, or by names like `ccd3`. */
function detectorOf(cards: Cards, survey: SurveyDescription | undefined): number | null {
  const number = intOf(cards, `${DATA_ID} DETECTOR`, ...(survey?.detector ?? []), 'CCDNUM');
  if (number !== undefined) return number;
  const named = /^ccd\s*(\d{1,4})$/i.exec(textOf(cards, 'EXTNAME', 'CCDNAME') ?? '')?.[1];
  return named === undefined ? null : Number(named);
}

/** `type` is that of the survey description: for files whose cards say nothing of it. */
export function identify(cards: Cards, survey?: SurveyDescription, type = 'image'): Identity {
  const uuid = textOf(cards, `${BUTLER} ID`);
  return {
    type: typeOf(cards) ?? type,
    uuid: uuid === undefined ? undefined : canonicalUuid(uuid),
    run: textOf(cards, `${BUTLER} RUN`) ?? null,
    instrument: textOf(cards, `${DATA_ID} INSTRUMENT`, 'INSTRUME') ?? survey?.instrument ?? null,
    // afw's EXPID is a number of exposure *and* detector; IDNUM is the visit.
    visit:
      intOf(
        cards,
        ...[`${DATA_ID} VISIT`, `${DATA_ID} EXPOSURE`, ...(survey?.visit ?? []), 'IDNUM', 'EXPNUM'],
      ) ?? null,
    detector: detectorOf(cards, survey),
    skymap: textOf(cards, `${DATA_ID} SKYMAP`) ?? null,
    tract: intOf(cards, `${DATA_ID} TRACT`) ?? null,
    patch: intOf(cards, `${DATA_ID} PATCH`) ?? null,
  };
}

const LSST_TYPES: Readonly<Record<string, number>> = {
  raw: 1,
  visit_image: 2,
  preliminary_visit_image: 2,
  calexp: 2,
  deep_coadd: 3,
  template_coadd: 3,
  difference_image: 3,
  deepCoadd_calexp: 3,
  goodSeeingCoadd: 3,
  goodSeeingDiff_differenceExp: 3,
  pretty_coadd: 3,
};

/** ObsCore calib_level: Rubin's own by type; reduced single frames 2, combinations 3; without a WCS an image counts as raw. */
export function calibLevel(type: string, hasWcs: boolean): number {
  return (
    LSST_TYPES[type] ??
    (type === 'instcal' || type === 'resampled' ? 2 : type === 'stack' ? 3 : hasWcs ? 2 : 1)
  );
}

export function subtypeOf(type: string): string {
  return type in LSST_TYPES ? `lsst.${type}` : type;
}

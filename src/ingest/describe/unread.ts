/** A dataset by what its source says of it: what only its files can say is null. */
import type { LayoutInfo } from '../../addon/layout.ts';
import type { Unread } from '../../archive/record.ts';
import type { FileRecord } from '../../bytes/file-record.ts';
import type { SourceFacts } from '../source.ts';
import type { SurveyDescription } from '../survey/schema.ts';
import { completed } from '../surveys.ts';
import type { Labels } from './labels.ts';
import { type Described, describe, stampsOf } from './row.ts';

const NOTHING: LayoutInfo = { planes: [], hdus: [], files: [], cards: {} };

/** Which description holds is seen in the file. */
const UNKNOWN: SurveyDescription = { name: '', title: '', source: '' };

/** Columns that a file gives, or may give otherwise than what nothing gives. */
const OF_FILES = {
  hdu: null,
  planes: null,
  s_resolution: null,
  s_pixel_scale: null,
  s_xel1: null,
  s_xel2: null,
  em_res_power: null,
  em_xel: null,
  pol_states: null,
  pol_xel: null,
} as const;

/** Where the files are: on a disk, or at an address in words (`path`: the whole address). */
export type Whereabouts =
  | { readonly files: readonly FileRecord[] }
  | {
      readonly files: readonly [];
      readonly nearline: string;
      readonly path: string;
      readonly bytes?: number;
    };

export function describeUnread(
  facts: SourceFacts,
  where: Whereabouts,
  labels: Labels,
  plan: unknown,
): Described {
  const elsewhere = 'nearline' in where ? where : undefined;
  const place = {
    root: '',
    path: elsewhere?.path ?? '',
    size: elsewhere?.bytes ?? 0,
    mtimeNs: '0',
    gzip: false,
  };
  const files = elsewhere ? [place] : where.files;
  const survey = labels.survey ? completed(labels.survey) : UNKNOWN;
  const known = { name: '', cards: {}, extensions: [] };
  const { record, row, beside } = describe(
    NOTHING,
    { notes: [] },
    files,
    0,
    true,
    labels,
    survey,
    known,
    facts,
  );
  const unread: Unread = { plan, ...(elsewhere && { nearline: elsewhere.nearline }) };
  return {
    record: {
      ...record,
      hdu: null,
      files: where.files,
      observation: { ...record.observation, unit: null },
      unread,
    },
    row: Object.assign(row, {
      ...OF_FILES,
      o_ucd: facts.obscore?.o_ucd ?? null,
      stamps: stampsOf(where.files, facts),
      // What a member of a zip file has is known when that is read.
      ...(where.files.some(({ member }) => member !== undefined) && { access_estsize: null }),
      ...(elsewhere && {
        ...{ state: 'nearline', companions: '[]' },
        access_estsize: elsewhere.bytes === undefined ? null : Math.ceil(elsewhere.bytes / 1000),
      }),
      wcs_note: row.s_region === null ? 'its file has not been read; the Butler has no region for it' : null,
    }),
    beside,
    notes: [...facts.notes, ...(facts.obscore?.notes ?? [])],
  };
}

/** The request for a dataset's provenance: its parameters, and their reading. */
import type { DatasetKey } from '../../base/dataset-id.ts';
import { choice } from '../dali/declare.ts';
import { badValue, type Defaulted, defaultOf, type Pairs, type UrlParts } from '../dali/parameter.ts';
import { gather, refuseUnknown, single } from '../dali/values.ts';
import { keyOf, maxDatasetParameters } from './request.ts';

/** Deepest tree of inputs that is followed. */
export const maxProvenanceDepth = 100;

const formats = ['json', 'prov-json', 'votable', 'csv', 'tsv', 'jsonl'] as const;
export type ProvenanceFormat = (typeof formats)[number];

const directions = ['BACK', 'FORTH'] as const;

const depth: Defaulted<number> = {
  ...({ name: 'DEPTH', datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 8 } as const),
  default: '1',
  description: 'How many steps are followed: a number from 1, or ALL.',
  example: 'ALL',
  parse: (value) => {
    const text = value.trim().toUpperCase();
    const steps = text === 'ALL' ? maxProvenanceDepth : /^\d{1,3}$/.test(text) ? Number(text) : 0;
    if (steps >= 1 && steps <= maxProvenanceDepth) return steps;
    throw badValue('DEPTH', value, `a whole number from 1 to ${maxProvenanceDepth}, or ALL`);
  },
};

const direction = choice({
  name: 'DIRECTION',
  values: directions,
  default: 'BACK',
  description: 'BACK: what the dataset was made from. FORTH: what was made from it.',
  example: 'FORTH',
});

const responseFormat = choice({
  name: 'RESPONSEFORMAT',
  ucd: 'meta.code.mime',
  values: formats,
  default: 'json',
  description:
    'json: datasets, inputs and runs as lists. prov-json: the same as W3C PROV-JSON. votable, csv, tsv, jsonl: a table with one row for each input.',
  example: 'prov-json',
});

export const provenanceParameters = { depth, direction, responseFormat } as const;

const list = Object.values(provenanceParameters);

export interface ProvenanceRequest {
  readonly id: DatasetKey;
  readonly depth: number;
  readonly direction: (typeof directions)[number];
  readonly format: ProvenanceFormat;
}

/** Throws VignetError usage BAD_ID, BAD_VALUE, MULTI_VALUED, UNKNOWN_PARAMETER. */
export function parseProvenance(pairs: Pairs, parts: UrlParts): ProvenanceRequest {
  const values = gather(pairs, maxDatasetParameters);
  refuseUnknown(values, list, (names) => `Every parameter must be one of ${names}`);
  return {
    id: keyOf(parts),
    depth: single(values, depth) ?? Number(defaultOf(depth)),
    direction: single(values, direction) ?? 'BACK',
    format: single(values, responseFormat) ?? 'json',
  };
}

/** Reads the first table of a small VOTable that somebody sent (VOTable 1.4, TABLEDATA). */
import { SaxesParser } from 'saxes';
import type { VignetError } from '../../base/errors.ts';
import { type Steps, untilDone } from '../../base/steps.ts';
import { badValue } from './parameter.ts';

export interface VotableField {
  readonly name: string;
  readonly id?: string | undefined;
  readonly ucd?: string | undefined;
  readonly unit?: string | undefined;
  readonly ref?: string | undefined;
  readonly datatype?: string | undefined;
  readonly arraysize?: string | undefined;
  readonly xtype?: string | undefined;
  readonly utype?: string | undefined;
  readonly description?: string | undefined;
}

export interface ReadVotable {
  readonly fields: readonly VotableField[];
  /** Cells as they are written. */
  readonly rows: readonly (readonly string[])[];
  /** By ID: the scale, and the origin as a Julian date. */
  readonly timeSystems: ReadonlyMap<string, { readonly scale: string; readonly origin: number | undefined }>;
}

/** Characters that are read in one step: some milliseconds. */
const PIECE = 16_384;

/** Of one element: a parser gathers them in one piece. */
const MAX_ATTRIBUTES = 1_000;

/** More rows than anything that is sent here can need. */
const MAX_ROWS = 100_000;
const anyTable = (parameter: string): VotableLimits => ({
  maxRows: MAX_ROWS,
  maxElements: Number.POSITIVE_INFINITY,
  tooManyRows: () =>
    badValue(parameter, '<', 'a VOTable', { why: `it has more rows than the limit of ${MAX_ROWS}` }),
});

export interface VotableLimits {
  /** What one row more is refused with, as soon as it begins. */
  readonly maxRows: number;
  /** Of the whole document, cells included. */
  readonly maxElements: number;
  readonly tooManyRows: () => VignetError;
}

const origins: Readonly<Record<string, number>> = { 'MJD-origin': 2_400_000.5, 'JD-origin': 0 };

/**
 * Reads a piece in each step.
 * @param parameter whose value it is, for messages
 * Throws VignetError usage BAD_VALUE: not well-formed, no table, another serialisation than TABLEDATA, too many elements; and for too many
 * rows what `limits` says. Nothing behind what is refused is read.
 */
export function* votableSteps(
  text: string,
  parameter: string,
  { maxRows, maxElements, tooManyRows }: VotableLimits = anyTable(parameter),
): Steps<ReadVotable> {
  const wrong = (why: string) => badValue(parameter, text, 'a VOTable', { why });
  const fields: VotableField[] = [];
  const rows: string[][] = [];
  const timeSystems = new Map<string, { scale: string; origin: number | undefined }>();
  let tables = 0;
  let elements = 0;
  let cell: string | undefined;
  let inField = false;
  const parser = new SaxesParser({ xmlns: false });
  const local = (name: string) => name.slice(name.indexOf(':') + 1).toUpperCase();
  parser.on('error', (error) => {
    throw wrong(`the XML is not well-formed (${error.message.replace(/^undefined:/, '')})`);
  });
  parser.on('doctype', () => {
    throw wrong('a document type declaration is not allowed');
  });
  let attributesHere = 0;
  parser.on('opentagstart', () => {
    attributesHere = 0;
  });
  parser.on('attribute', () => {
    attributesHere += 1;
    if (attributesHere > MAX_ATTRIBUTES) throw wrong(`an element has more than ${MAX_ATTRIBUTES} attributes`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const at = attributes as Record<string, string>;
    elements += 1;
    if (elements > maxElements) throw wrong(`it has more than ${maxElements} elements`);
    switch (local(name)) {
      case 'TABLE':
        tables += 1;
        return;
      case 'TIMESYS': {
        const origin =
          at.timeorigin === undefined ? undefined : (origins[at.timeorigin] ?? Number(at.timeorigin));
        if (origin !== undefined && !Number.isFinite(origin))
          throw wrong('timeorigin of TIMESYS is not a number');
        timeSystems.set(at.ID ?? '', { scale: at.timescale ?? 'UTC', origin });
        return;
      }
      case 'FIELD':
        if (tables === 1)
          fields.push({
            ...{ name: at.name ?? '', id: at.ID, ucd: at.ucd, unit: at.unit, ref: at.ref },
            ...{ datatype: at.datatype, arraysize: at.arraysize, xtype: at.xtype, utype: at.utype },
          });
        inField = tables === 1;
        return;
      case 'DESCRIPTION':
        if (inField) cell = '';
        return;
      case 'TR':
        if (tables !== 1) return;
        if (rows.length >= maxRows) throw tooManyRows();
        rows.push([]);
        return;
      case 'TD':
        cell = '';
        return;
      case 'BINARY':
      case 'BINARY2':
      case 'FITS':
        throw wrong(`its data are in ${local(name)}, and only TABLEDATA is supported`);
    }
  });
  const add = (piece: string) => {
    if (cell !== undefined) cell += piece;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', ({ name }) => {
    const what = local(name);
    if (what === 'FIELD') inField = false;
    if ((what !== 'TD' && what !== 'DESCRIPTION') || cell === undefined) return;
    if (what === 'TD' && tables === 1) rows.at(-1)?.push(cell);
    const field = fields.at(-1);
    if (what === 'DESCRIPTION' && field) fields[fields.length - 1] = { ...field, description: cell.trim() };
    cell = undefined;
  });
  for (let from = 0; from < text.length; from += PIECE) {
    parser.write(text.slice(from, from + PIECE));
    yield PIECE;
  }
  parser.close();
  if (tables === 0) throw wrong('it has no TABLE');
  return { fields, rows, timeSystems };
}

/** All at once. */
export function readVotable(text: string, parameter: string): ReadVotable {
  return untilDone(votableSteps(text, parameter));
}

/** Dataset IDs in one text: lines, JSON or a VOTable. */
import { type Steps, VALUE } from '../../base/steps.ts';
import { badValue } from '../dali/parameter.ts';
import { type VotableField, votableSteps } from '../dali/votable-read.ts';

const expected = 'a list of dataset IDs (lines, a JSON list, or a VOTable)';

/** Lists and objects in each other: a parser takes long for very many. */
const DEEPEST = 100;

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [word] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{\]}]/gs)) {
    if (word === '[' || word === '{') depth += 1;
    else if (word === ']' || word === '}') depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function fromJson(name: string, text: string): string[] {
  if (isTooDeep(text))
    throw badValue(name, text, expected, { why: `it has more than ${DEEPEST} lists in each other` });
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw badValue(name, text, expected, { why: 'it is not well-formed JSON' });
  }
  const all: unknown = Array.isArray(list) ? list : (list as { ID?: unknown } | null)?.ID;
  if (!Array.isArray(all) || !all.every((one): one is string => typeof one === 'string'))
    throw badValue(name, text, expected, { why: 'expected a list of texts, or an object with one as ID' });
  return all;
}

const columnNames = ['id', 'obs_publisher_did', 'publisher_did', 'dataset_id'];

function isIdColumn({ name, ucd = '' }: VotableField): boolean {
  return columnNames.includes(name.toLowerCase()) || /^meta\.ref\.ur[li];meta\.curation$/.test(ucd);
}

function* fromVotable(parameter: string, text: string): Steps<string[]> {
  const { fields, rows } = yield* votableSteps(text, parameter);
  const first = fields.findIndex(isIdColumn);
  const column = first < 0 && fields.length === 1 ? 0 : first;
  if (column < 0) {
    const why = `none of its columns is named ${columnNames.join(', ')}, or has the UCD meta.ref.url;meta.curation`;
    throw badValue(parameter, text, 'a VOTable with a column of dataset IDs', { why });
  }
  return rows.map((row) => row[column] ?? '').filter((cell) => cell.trim() !== '');
}

function* textsOf(name: string, text: string): Steps<string[]> {
  const trimmed = text.trim();
  if (trimmed.startsWith('<')) return yield* fromVotable(name, trimmed);
  if (/^[[{]/.test(trimmed)) return fromJson(name, trimmed);
  return trimmed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** `parse` reads each of them. Throws VignetError usage BAD_VALUE, and what `parse` does. */
export function* idListSteps<T>(name: string, text: string, parse: (id: string) => T): Steps<T[]> {
  const texts = yield* textsOf(name, text);
  yield text.length;
  const all: T[] = [];
  for (const one of texts) {
    all.push(parse(one));
    yield VALUE + one.length;
  }
  return all;
}

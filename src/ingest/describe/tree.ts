/** The JSON tree that lsst.images files carry beside their pixels (schemas of lsst/images, version 1). */
import type { ChebyshevField } from '../../astronomy/observation.ts';
import { geodeticOf } from './site.ts';

export type Tree = Readonly<Record<string, unknown>>;

/** Python writes what JSON has no word for. */
const CONSTANT = /-?(?:NaN|Infinity)/y;

/** Behind the string that begins at `from`; the end of a text that does not end it. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** NaN and infinities outside strings become null: one pass, whatever the text holds. */
function withoutConstants(text: string): string {
  let plain = '';
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    CONSTANT.lastIndex = at;
    if (text[at] === '"') at = endOfString(text, at);
    else if (!CONSTANT.test(text)) at += 1;
    else {
      plain += `${text.slice(copied, at)}null`;
      at = CONSTANT.lastIndex;
      copied = at;
    }
  }
  return plain + text.slice(copied);
}

/** The tree of a JSON text; undefined when it is none. NaN and infinities become null. */
export function parseTree(text: string): Tree | undefined {
  try {
    const tree: unknown = JSON.parse(/NaN|Infinity/.test(text) ? withoutConstants(text) : text);
    return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? (tree as Tree) : undefined;
  } catch {
    return undefined;
  }
}

/** What stands at a path of keys and array indices; undefined where it ends early. */
export function at(tree: unknown, ...path: readonly (string | number)[]): unknown {
  let here = tree;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

export function numberAt(tree: unknown, ...path: readonly (string | number)[]): number | undefined {
  const value = at(tree, ...path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function textAt(tree: unknown, ...path: readonly (string | number)[]): string | undefined {
  const value = at(tree, ...path);
  return typeof value === 'string' && value !== '' && value.length <= 1000 ? value : undefined;
}

/** A Julian date in two parts as MJD. */
function mjdAt(tree: unknown, ...path: readonly (string | number)[]): number | undefined {
  const whole = numberAt(tree, ...path, 0);
  const part = numberAt(tree, ...path, 1);
  return whole === undefined || part === undefined ? undefined : whole - 2_400_000.5 + part;
}

/** What the tree says in the words of header cards: of the Butler's, of afw's and of the FITS standard. */
export function cardsOfTree(tree: Tree): Record<string, string | number> {
  const cards: Record<string, string | number> = {};
  const set = (keyword: string, ...values: (string | number | undefined)[]) => {
    const value = values.find((one) => one !== undefined);
    if (value !== undefined) cards[keyword] = value;
  };
  const frame = at(tree, 'sky_projection', 'pixel_to_sky', 'frames', 0);
  const info = at(tree, 'obs_info');
  const butler = at(tree, 'butler_info', 'dataset');
  const id = (name: string) => numberAt(butler, 'dataId', 'dataId', name);
  const provenance = at(tree, 'provenance');
  set('LSST BUTLER ID', textAt(butler, 'id'));
  set('LSST BUTLER RUN', textAt(butler, 'run'));
  set('LSST BUTLER DATASETTYPE', textAt(butler, 'datasetType', 'name'));
  const instrument = [textAt(frame, 'instrument'), textAt(info, 'instrument')];
  set('LSST BUTLER DATAID INSTRUMENT', ...instrument, textAt(provenance, 'instrument'));
  set('LSST BUTLER DATAID VISIT', id('visit'), numberAt(frame, 'visit'), numberAt(info, 'visit_id'));
  const detector = [numberAt(frame, 'detector'), numberAt(info, 'detector_num')];
  set(
    'LSST BUTLER DATAID DETECTOR',
    id('detector'),
    ...detector,
    numberAt(tree, 'detector', 'attributes', 'id'),
  );
  set('LSST BUTLER DATAID SKYMAP', textAt(frame, 'skymap'));
  set('LSST BUTLER DATAID TRACT', id('tract'), numberAt(frame, 'tract'));
  set('LSST BUTLER DATAID PATCH', id('patch'), numberAt(tree, 'patch', 'id'));
  set('LSST BUTLER DATAID BAND', textAt(tree, 'band'));
  const filter = [textAt(info, 'physical_filter'), textAt(provenance, 'physical_filter')];
  set('LSST BUTLER DATAID PHYSICAL_FILTER', ...filter);
  set('EXPTIME', numberAt(info, 'exposure_time'));
  set('BORE-AIRMASS', numberAt(info, 'boresight_airmass'));
  set('OBJECT', textAt(info, 'object'));
  set('TELESCOP', textAt(info, 'telescope'));
  const [begin, end] = [mjdAt(info, 'datetime_begin'), mjdAt(info, 'datetime_end')];
  if (begin !== undefined && end !== undefined)
    Object.assign(cards, { 'MJD-BEG': begin, 'MJD-END': end, TIMESYS: 'TAI' });
  const [x, y, z] = [0, 1, 2].map((n) => numberAt(info, 'location', n));
  const site = x !== undefined && y !== undefined && z !== undefined ? geodeticOf(x, y, z) : undefined;
  if (site) Object.assign(cards, { 'OBS-LONG': site[0], 'OBS-LAT': site[1], 'OBS-ELEV': site[2] });
  return cards;
}

/** Boxes are half-open: start and stop. */
export function boxAt(tree: unknown): readonly [number, number, number, number] | undefined {
  const [x0, y0] = [numberAt(tree, 'x', 'start'), numberAt(tree, 'y', 'start')];
  const [x1, y1] = [numberAt(tree, 'x', 'stop'), numberAt(tree, 'y', 'stop')];
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return undefined;
  return x1 > x0 && y1 > y0 ? [x0, y0, x1 - 1, y1 - 1] : undefined;
}

const MOST_TERMS = 4096;

/**
 * The Chebyshev fields whose product a field of the tree is, and its unit. Undefined for fields of other kinds, and those too deep.
 */
export function fieldsAt(
  field: unknown,
  depth = 0,
): { readonly fields: readonly ChebyshevField[]; readonly unit: string | undefined } | undefined {
  const operands = at(field, 'operands');
  if (
    at(field, 'field_type') === 'PRODUCT' &&
    Array.isArray(operands) &&
    depth < 4 &&
    operands.length <= 16
  ) {
    const parts = operands.map((operand) => fieldsAt(operand, depth + 1));
    const known = parts.filter((part) => part !== undefined);
    if (known.length !== parts.length || known.length === 0) return undefined;
    const units = known.map(({ unit }) => unit).filter((unit) => unit !== undefined);
    return units.length > 1 ? undefined : { fields: known.flatMap(({ fields }) => fields), unit: units[0] };
  }
  const box = boxAt(at(field, 'bounds'));
  const rows = at(field, 'coefficients', 'data');
  if (at(field, 'field_type') !== 'CHEBYSHEV' || !box || !Array.isArray(rows)) return undefined;
  const coefficients: unknown[] = rows.flat();
  const nx = Array.isArray(rows[0]) ? rows[0].length : 0;
  const whole = nx > 0 && coefficients.length === nx * rows.length && coefficients.length <= MOST_TERMS;
  if (!whole || !coefficients.every((one): one is number => typeof one === 'number')) return undefined;
  return { fields: [{ box, nx, coefficients }], unit: textAt(field, 'unit') };
}

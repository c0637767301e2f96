/**
 * Templates of ObsCore values: Python's `str.format` over the names that dax_obscore documents. Fields are `{name}`, `{records[dimension].column}`
 * and moments of a timespan, with format specifications of whole numbers and texts. What else Python has is refused.
 */
import { dateOfMjd, dayLength, type Moment, taiToUtc } from '../../../astronomy/time.ts';
import { clip } from '../../../base/clip.ts';
import { usageError } from '../../../base/errors.ts';
import type { Row } from '../database.ts';
import { boundOf } from '../timespan.ts';

/** What a field stands for. */
interface Field {
  /** `records` and its dimension and column, or one name. */
  readonly path: readonly string[];
  readonly spec: Spec | undefined;
}

interface Spec {
  readonly fill: string;
  readonly align: '<' | '>' | '^' | '=' | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly comma: boolean;
  readonly precision: number | undefined;
  readonly type: string;
}

export interface Template {
  readonly text: string;
  readonly parts: readonly (string | Field)[];
}

/** What templates may name. Dimensions are those of all universes. */
export interface Names {
  /** Data ID and what the configuration has made already; a name that is missing is undefined. */
  readonly values: Readonly<Record<string, string | number | null | undefined>>;
  readonly records: Readonly<Partial<Record<string, Row>>>;
}

const KNOWN = new Set([
  ...['records', 'id', 'run', 'dataset_type', 'obs_id', 'dataproduct_type', 'dataproduct_subtype', 'o_ucd'],
  ...['calib_level', 'obs_collection', 'access_format', 's_xel1', 's_xel2'],
  ...['instrument', 'skymap', 'detector', 'visit', 'exposure', 'tract', 'patch', 'band', 'physical_filter'],
  ...['subfilter', 'day_obs', 'group', 'visit_system', 'healpix9', 'htm7', 'htm9'],
]);
const MAX_RESULT = 4000;
const MAX_WIDTH = 1000;
const FIELD = /^(\w+)((?:\[\w+\]|\.\w+)*)(![^:]*)?(?::(.*))?$/s;
const SPEC = /^(?:(.)?([<>=^]))?([+\- ])?(#)?(0)?(\d{1,4})?(,)?(?:\.(\d{1,4}))?([a-zA-Z%])?$/s;

const refuse = (detail: string) => usageError('BAD_OBSCORE', detail);

/** Throws VignetError usage BAD_OBSCORE. */
export function parseTemplate(text: string, where: string): Template {
  const parts: (string | Field)[] = [];
  let literal = '';
  const bad = (why: string) =>
    refuse(
      `expected a template of literal text, {name}, {records[dimension].column} and {name:format} for ${clip(where)} of the ObsCore configuration, received '${clip(text, 200)}': ${why}`,
    );
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if ((char === '{' || char === '}') && text[at + 1] === char) {
      literal += char;
      at += 1;
    } else if (char === '}') throw bad("a single '}'; write '}}'");
    else if (char === '{') {
      const end = text.indexOf('}', at);
      const inner = text.slice(at + 1, end);
      if (end < 0 || inner.includes('{')) throw bad('a field that is not closed, or one within another');
      parts.push(literal, fieldOf(inner, bad));
      literal = '';
      at = end;
    } else literal += char;
  }
  return { text, parts: [...parts, literal].filter((part) => part !== '') };
}

function fieldOf(inner: string, bad: (why: string) => Error): Field {
  const [, name, accessors = '', conversion, spec] = FIELD.exec(inner) ?? [];
  if (name === undefined || /^\d/.test(name)) throw bad(`no name in '{${clip(inner)}}'`);
  if (conversion !== undefined) throw bad(`the conversion '${clip(conversion)}' is not known`);
  const steps = [...accessors.matchAll(/(\[|\.)(\w+)/g)].map(([, kind, step = '']) => [kind, step] as const);
  const kinds = steps.map(([kind]) => kind).join('');
  const path = [name, ...steps.map(([, step]) => step)];
  const isTime = path[2] === 'timespan';
  const isKnown =
    name === 'records'
      ? isTime
        ? kinds === '[....' && isMoment(path)
        : kinds === '[.' && path[2] !== 'region'
      : steps.length === 0;
  if (!isKnown)
    throw bad(
      isTime
        ? 'of a timespan there are .begin or .end, .utc or .tai, .isot or .iso'
        : `'{${clip(inner)}}' is not known`,
    );
  return { path, spec: spec === undefined || spec === '' ? undefined : specOf(spec, bad) };
}

const isMoment = ([, , , side, scale, form]: readonly string[]) =>
  (side === 'begin' || side === 'end') &&
  (scale === 'utc' || scale === 'tai') &&
  (form === 'isot' || form === 'iso');

function specOf(text: string, bad: (why: string) => Error): Spec {
  const [found, fill, align, sign = '', alternate, zero, width = '0', comma, precision, type = ''] =
    SPEC.exec(text) ?? [];
  const isRead =
    found !== undefined &&
    ['', 'd', 's', 'x', 'X', 'o', 'b'].includes(type) &&
    // Python groups the zeros too.
    (comma === undefined || (zero === undefined && align !== '=' && ['', 'd'].includes(type)));
  if (!isRead || Number(width) > MAX_WIDTH || Number(precision ?? 0) > MAX_WIDTH)
    throw bad(
      `the format '${clip(text)}' is not known: there are those of whole numbers (d, x, X, o, b) and of texts (s)`,
    );
  const isZero = zero !== undefined;
  return {
    fill: fill ?? (isZero ? '0' : ' '),
    align: (align as Spec['align']) ?? (isZero ? '=' : undefined),
    ...{ sign, alternate: alternate !== undefined, width: Number(width), comma: comma !== undefined },
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

/** The names in a template that stand for nothing. */
export const namesOf = ({ parts }: Template): string[] =>
  parts.flatMap((part) =>
    typeof part === 'string' || KNOWN.has(part.path[0] ?? '') ? [] : [part.path[0] ?? ''],
  );

/**
 * The text; undefined where something that it names is not there, or has no value. Throws VignetError usage BAD_OBSCORE for a value that the
 * format is not for.
 */
export function fillTemplate({ parts, text }: Template, names: Names): string | undefined {
  let result = '';
  for (const part of parts) {
    const value = typeof part === 'string' ? part : textOf(part, names, text);
    if (value === undefined) return undefined;
    result += value;
  }
  return result.length <= MAX_RESULT ? result : undefined;
}

/** Columns of records by their types in Python. */
const FLOATS = new Set([
  ...['exposure_time', 'dark_time', 'tracking_ra', 'tracking_dec', 'sky_angle', 'azimuth', 'zenith_angle'],
]);
const BOOLEANS = new Set(['has_simulated', 'can_see_sky']);

function textOf({ path, spec }: Field, { values, records }: Names, text: string): string | undefined {
  const [name = '', dimension = '', column = ''] = path;
  if (name !== 'records')
    return formatted(Object.hasOwn(values, name) ? values[name] : undefined, spec, text);
  const record = Object.hasOwn(records, dimension) ? records[dimension] : undefined;
  if (!record) return undefined;
  if (column === 'timespan') {
    const moment = momentOf(record, path);
    return moment === undefined ? undefined : formatted(moment, spec, text);
  }
  const value = Object.hasOwn(record, column) ? record[column] : undefined;
  if (
    typeof value === 'number' &&
    (FLOATS.has(column) || BOOLEANS.has(column) || !Number.isSafeInteger(value))
  ) {
    if (spec)
      throw refuse(
        `expected no format for ${clip(column)} in '${clip(text, 200)}' of the ObsCore configuration, received one: formats of numbers with decimals cannot be read; remove it`,
      );
    return BOOLEANS.has(column) ? (value === 0 ? 'False' : 'True') : pythonFloat(value);
  }
  return formatted(value, spec, text);
}

/** As `repr` of Python writes it: the same shortest digits, another place for exponents. */
function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const plain = Math.abs(value) < 1e16 && (Math.abs(value) >= 1e-4 || value === 0);
  if (!plain) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const small = Math.abs(value) < 1e-6 || Object.is(value, -0);
  const text = small ? (Object.is(value, -0) ? '-0' : value.toFixed(20)) : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

function formatted(value: unknown, spec: Spec | undefined, text: string): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  if (!spec) return String(value);
  const bad = () =>
    refuse(
      `expected a format for ${typeof value === 'string' ? 'text' : 'a whole number'} in '${clip(text, 200)}' of the ObsCore configuration, received another; correct it`,
    );
  const { fill, align, width, type, precision } = spec;
  if (typeof value === 'string') {
    if (!['', 's'].includes(type) || spec.sign !== '' || spec.alternate || spec.comma || align === '=') {
      // `{x:03}` of a text: Python aligns it to the left since 3.10.
      if (!(align === '=' && fill === '0' && ['', 's'].includes(type))) throw bad();
    }
    const chars = [...value];
    const cut = precision === undefined ? chars : chars.slice(0, precision);
    return padded(cut.join(''), cut.length, align === '=' ? '<' : (align ?? '<'), fill, width);
  }
  if (type === 's' || precision !== undefined) throw bad();
  return wholeNumber(BigInt(value), spec);
}

const BASES = { x: [16, '0x'], X: [16, '0X'], o: [8, '0o'], b: [2, '0b'] } as const;

function wholeNumber(value: bigint, { fill, align, sign, alternate, width, comma, type }: Spec): string {
  const [base, prefix] = type in BASES ? BASES[type as keyof typeof BASES] : ([10, ''] as const);
  const size = (value < 0n ? -value : value).toString(base);
  const head = `${value < 0n ? '-' : sign === '-' ? '' : sign}${alternate ? prefix : ''}`;
  const digits = type === 'X' ? size.toUpperCase() : size;
  const grouped = comma ? BigInt(digits).toLocaleString('en-US') : digits;
  if (align !== '=') return padded(head + grouped, head.length + grouped.length, align ?? '>', fill, width);
  const room = Math.max(0, width - head.length - grouped.length);
  return head + fill.repeat(room) + grouped;
}

function padded(text: string, length: number, align: '<' | '>' | '^', fill: string, width: number): string {
  const room = Math.max(0, width - length);
  const before = align === '<' ? 0 : align === '>' ? room : Math.floor(room / 2);
  return fill.repeat(before) + text + fill.repeat(room - before);
}

/** A side of a timespan as astropy writes it with the precision of a Butler's times, in microseconds; undefined without a bound. */
function momentOf(record: Row, [, , , side, scale, form]: readonly string[]): string | undefined {
  const tai = boundOf(record, side === 'begin' ? 'begin' : 'end');
  return tai && isoText(scale === 'utc' ? taiToUtc(tai) : tai, scale === 'utc', form === 'iso' ? ' ' : 'T');
}

function isoText(moment: Moment, isUtc: boolean, between: string): string {
  let { day } = moment;
  let us = Math.round(moment.seconds * 1e6);
  const length = 1e6 * (isUtc ? dayLength(day) : 86_400);
  if (us >= length) {
    day += 1;
    us -= length;
  }
  const date = dateOfMjd(day).toISOString().slice(0, 10);
  // A leap second is second 60 of the last minute.
  const minutes = Math.min(Math.floor(us / 60e6), 1439);
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = us - minutes * 60e6;
  const seconds = `${two(Math.floor(rest / 1e6))}.${String(rest % 1e6).padStart(6, '0')}`;
  return `${date}${between}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${seconds}`;
}

/** Data IDs: the values of dimensions by which a dataset is known. */
import { clip } from '../../../base/clip.ts';
import { VignetError } from '../../../base/errors.ts';
import type { Row } from '../database.ts';

/** Values by dimension. */
export type DataId = Readonly<Record<string, string | number>>;

/** Types of dimensions that a Butler's records have (lsst.daf.butler, configs/dimensions.yaml). Of others both may be. */
const TYPES: Readonly<Record<string, 'text' | 'a whole number' | undefined>> = {
  ...{ instrument: 'text', skymap: 'text', physical_filter: 'text', band: 'text', group: 'text' },
  ...{ detector: 'a whole number', visit: 'a whole number', exposure: 'a whole number' },
  ...{ day_obs: 'a whole number', tract: 'a whole number', patch: 'a whole number' },
};
/** Longest text. */
const MAX_TEXT = 1000;

function isOf(type: string | undefined, value: unknown): value is string | number {
  if (typeof value === 'string') return type !== 'a whole number' && value.length <= MAX_TEXT;
  return type !== 'text' && Number.isSafeInteger(value);
}

/** The values of a row that are of their dimension's type, and what is wrong with another: data BAD_BUTLER_DATABASE. */
export function dataIdOf(
  row: Row,
  dimensions: readonly string[],
): { dataId: DataId; problem: VignetError | undefined } {
  const dataId: Record<string, string | number> = {};
  let problem: VignetError | undefined;
  for (const name of dimensions) {
    const [value, type] = [row[name], TYPES[name]];
    if (isOf(type, value)) dataId[name] = value;
    else
      problem ??= new VignetError(
        'data',
        'BAD_BUTLER_DATABASE',
        `expected ${type ?? 'text or a whole number'} for ${clip(name, 80)} of the dataset's data ID, received ${received(value)}; correct the registry, or ingest the dataset again into the Butler`,
      );
  }
  return { dataId, problem };
}

function received(value: unknown): string {
  if (value === null || value === undefined) return 'no value';
  if (typeof value === 'string') return `the text '${clip(value, 40)}'`;
  return typeof value === 'number' || typeof value === 'bigint' ? clip(String(value), 40) : 'another value';
}

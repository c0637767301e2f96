/** Several files describe one visit: which of them is believed. */
import { keyOf, type RowOf, type SideTable, TABLES } from '../../catalog/tables.ts';
import { calibLevel } from '../describe/identity.ts';

type Described = 'visit' | 'visit_detector' | 'run';

/** What a registry says goes before files; calibrated images go before raw ones, and differences come last. */
function rankOf(row: { readonly described_by?: string | null }): number {
  if (row.described_by === undefined) return 0;
  if (row.described_by === null) return 3;
  return [0, 1, 2, 0, 0][calibLevel(row.described_by, true)] ?? 0;
}

/** What `later` says goes before `earlier` unless that is of a better rank; each fills what the other leaves open. */
function merged<T extends Described>(earlier: RowOf<T>, later: RowOf<T>): RowOf<T> {
  const [before, after]: { readonly described_by?: string | null }[] = [earlier, later];
  const isBetter = rankOf(after ?? {}) >= rankOf(before ?? {});
  const [first, second] = isBetter ? [later, earlier] : [earlier, later];
  const describedBy = 'described_by' in first ? { described_by: first.described_by } : {};
  return { ...over(second, first), ...describedBy };
}

/** `second` where `first` says nothing. */
const over = <R extends object>(second: R, first: R): R => ({
  ...second,
  ...Object.fromEntries(Object.entries(first).filter(([, value]) => value !== null)),
});

/** One row per key: what a later row says goes before, and each fills what the others leave open. */
export function filled<T extends SideTable>(table: T, rows: readonly RowOf<T>[]): RowOf<T>[] {
  const found = new Map<string, RowOf<T>>();
  for (const row of rows) {
    const key = keyOf(TABLES[table].key, row);
    const before = found.get(key);
    found.set(key, before ? over(before, row) : row);
  }
  return [...found.values()];
}

/** One row per key of `rows`, in their order; `held` are those that are stored. */
export function mergeRows<T extends Described>(
  table: T,
  held: readonly RowOf<T>[],
  rows: readonly RowOf<T>[],
): RowOf<T>[] {
  const { key } = TABLES[table];
  const stored = new Map(held.map((row) => [keyOf(key, row), row]));
  const found = new Map<string, RowOf<T>>();
  for (const row of rows) {
    const text = keyOf(key, row);
    const before = found.get(text) ?? stored.get(text);
    found.set(text, before ? merged(before, row) : row);
  }
  return [...found.values()];
}

/** The middle of the numbers that are known, the mean of two; null without any. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const [low, high] = [known[(known.length - 1) >> 1], known[known.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** A visit with the medians of its detectors, where these say anything. */
export function summarised(
  visit: RowOf<'visit'>,
  detectors: readonly RowOf<'visit_detector'>[],
): RowOf<'visit'> {
  const units = new Set(detectors.filter((one) => one.sky_level !== null).map((one) => one.sky_unit));
  const ofSky = units.size === 1 ? median(detectors.map((one) => one.sky_level)) : null;
  const [unit] = units;
  return {
    ...visit,
    psf_fwhm: median(detectors.map((one) => one.psf_fwhm)) ?? visit.psf_fwhm,
    zero_point: median(detectors.map((one) => one.zero_point)) ?? visit.zero_point,
    ...(ofSky !== null && { sky_level: ofSky, sky_unit: unit ?? null }),
  };
}

/** Puts what datasets say into the tables beside `dataset`, joined with what these hold already. */
import type { SkymapConfig } from '../../astronomy/skymaps.ts';
import { addTo } from '../../base/add-to.ts';
import type { CatalogDraft } from '../../catalog/catalog.ts';
import { of } from '../../catalog/predicate.ts';
import type { CatalogRow } from '../../catalog/schema.ts';
import {
  keyOf,
  type RowOf,
  SIDE_TABLES,
  type SideRows,
  type SideTable,
  TABLES,
} from '../../catalog/tables.ts';
import { heldRows } from './held-rows.ts';
import { resolveInputs, touchedInputs } from './inputs.ts';
import { filled, mergeRows, summarised } from './merge.ts';
import type { RowsBeside } from './rows.ts';
import { skyRows } from './sky-rows.ts';

export interface BesideChange {
  readonly add: readonly CatalogRow[];
  readonly drop: readonly string[];
  /**
   * What the files of `add` say, and a registry: its visits, detectors, runs, tracts and patches are joined with what files say, rows of
   * other tables are put as they are.
   */
  readonly beside?: readonly RowsBeside[];
  /** Definitions of skymaps, beside those that are known. */
  readonly skymaps?: Readonly<Record<string, SkymapConfig>> | undefined;
}

/** The datasets of the change have been put and removed before. */
export async function putBeside(draft: CatalogDraft, change: BesideChange): Promise<void> {
  const { beside = [] } = change;
  const tables = joined(beside.flatMap(({ registry }) => registry ?? []));
  const said = <T extends 'visit' | 'visit_detector' | 'run'>(table: T) => [
    ...(tables[table] ?? []),
    ...(beside.flatMap((one) => one[table] ?? []) as RowOf<T>[]),
  ];
  await putDetectors(draft, said('visit_detector'));
  await putVisits(draft, said('visit'), said('visit_detector'));
  await putRuns(draft, said('run'));
  await putInputs(draft, change, [
    ...beside.flatMap((one) => one.dataset_input),
    ...(tables.dataset_input ?? []),
  ]);
  const sky = skyRows(change.add, change.skymaps);
  await putTracts(draft, [...sky.tract, ...(tables.tract ?? [])]);
  await putPatches(draft, [...sky.patch, ...(tables.patch ?? [])]);
  await draft.putRows('calibration_validity', tables.calibration_validity ?? []);
}

/** All rows of each table. */
function joined(parts: readonly SideRows[]): SideRows {
  const rowsOf = (table: SideTable) => parts.flatMap((part): readonly object[] => part[table] ?? []);
  // Rows of a table stay with it.
  return Object.fromEntries(SIDE_TABLES.map((table) => [table, rowsOf(table)])) as SideRows;
}

async function putDetectors(draft: CatalogDraft, rows: readonly RowOf<'visit_detector'>[]): Promise<void> {
  if (rows.length === 0) return;
  const held = await detectorsOf(draft, rows);
  await draft.putRows('visit_detector', mergeRows('visit_detector', held, rows));
}

async function detectorsOf(draft: CatalogDraft, rows: readonly { readonly visit: number }[]) {
  const where = of('visit_detector').isIn(
    'visit',
    rows.map(({ visit }) => visit),
  );
  return heldRows(draft, 'visit_detector', where);
}

/** `detectors`: those that have changed, whose visits are summarised again. */
async function putVisits(
  draft: CatalogDraft,
  rows: readonly RowOf<'visit'>[],
  detectors: readonly RowOf<'visit_detector'>[],
): Promise<void> {
  if (rows.length === 0 && detectors.length === 0) return;
  const where = of('visit').isIn(
    'visit',
    [...rows, ...detectors].map(({ visit }) => visit),
  );
  const held = await heldRows(draft, 'visit', where);
  const { key } = TABLES.visit;
  const touched = new Set([...rows, ...detectors].map((row) => keyOf(key, row)));
  const ofVisit = new Map<string, RowOf<'visit_detector'>[]>();
  for (const row of await detectorsOf(draft, [...rows, ...detectors])) {
    addTo(ofVisit, keyOf(key, row), row);
  }
  const merged = mergeRows('visit', held, [...held.filter((row) => touched.has(keyOf(key, row))), ...rows]);
  await draft.putRows(
    'visit',
    merged.map((row) => summarised(row, ofVisit.get(keyOf(key, row)) ?? [])),
  );
}

async function putRuns(draft: CatalogDraft, rows: readonly RowOf<'run'>[]): Promise<void> {
  if (rows.length === 0) return;
  const where = of('run').isIn(
    'name',
    rows.map(({ name }) => name),
  );
  await draft.putRows('run', mergeRows('run', await heldRows(draft, 'run', where), rows));
}

async function putInputs(
  draft: CatalogDraft,
  { add, drop }: BesideChange,
  own: readonly RowOf<'dataset_input'>[],
): Promise<void> {
  const outputs = new Set(own.map(({ output }) => output));
  const others = await touchedInputs(draft, add, drop);
  const all = [...own, ...others.filter(({ output }) => !outputs.has(output))];
  await draft.putRows('dataset_input', await resolveInputs(draft, all));
}

/** What is said later goes before what is said earlier, or stored; each fills what the other leaves open. */
async function putTracts(draft: CatalogDraft, rows: readonly RowOf<'tract'>[]): Promise<void> {
  if (rows.length === 0) return;
  const held = await heldRows(draft, 'tract', of('tract').isIn('tract', tractsOf(rows)));
  await draft.putRows('tract', filled('tract', [...held, ...rows]));
}

async function putPatches(draft: CatalogDraft, rows: readonly RowOf<'patch'>[]): Promise<void> {
  if (rows.length === 0) return;
  const held = await heldRows(draft, 'patch', of('patch').isIn('tract', tractsOf(rows)));
  await draft.putRows('patch', filled('patch', [...held, ...rows]));
}

const tractsOf = (rows: readonly { readonly tract: number }[]) => [
  ...new Set(rows.map(({ tract }) => tract)),
];

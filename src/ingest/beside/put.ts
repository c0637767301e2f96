/** Puts what datasets say into the tables beside `dataset`, joined with what these hold already. */
import type { SkymapConfig } from '../../astronomy/skymaps.ts';
import { addTo } from '../../base/add-to.ts';
import type { CatalogDraft } from '../../catalog/catalog.ts';
import { and, of } from '../../catalog/predicate.ts';
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

/** All rows of each table, those once that datasets share. */
function joined(parts: readonly SideRows[]): SideRows {
  const rowsOf = (table: SideTable) => [
    ...new Set(parts.flatMap((part): readonly object[] => part[table] ?? [])),
  ];
  // Rows of a table stay with it.
  return Object.fromEntries(SIDE_TABLES.map((table) => [table, rowsOf(table)])) as SideRows;
}

async function putDetectors(draft: CatalogDraft, rows: readonly RowOf<'visit_detector'>[]): Promise<void> {
  if (rows.length === 0) return;
  // Not all detectors of these visits: datasets come detector by detector, and each publication would read those of all before.
  const where = and(
    ofDetector.isIn('visit', valuesOf(rows, 'visit')),
    ofDetector.isIn('detector', valuesOf(rows, 'detector')),
  );
  const held = await heldRows(draft, 'visit_detector', where);
  await draft.putRows('visit_detector', mergeRows('visit_detector', held, rows));
}

const ofDetector = of('visit_detector');

const valuesOf = <C extends string>(rows: readonly { readonly [name in C]: number }[], column: C) => [
  ...new Set(rows.map(({ [column]: value }) => value)),
];

/** `detectors`: those that have changed, whose visits are summarised again. */
async function putVisits(
  draft: CatalogDraft,
  rows: readonly RowOf<'visit'>[],
  detectors: readonly RowOf<'visit_detector'>[],
): Promise<void> {
  const measured = [...rows, ...detectors].filter(isMeasured);
  const changed = [...rows, ...measured];
  if (changed.length === 0) return;
  const held = await heldRows(draft, 'visit', of('visit').isIn('visit', valuesOf(changed, 'visit')));
  const { key } = TABLES.visit;
  const touched = new Set(changed.map((row) => keyOf(key, row)));
  const merged = mergeRows('visit', held, [...held.filter((row) => touched.has(keyOf(key, row))), ...rows]);
  const ofVisit = await detectorsByVisit(draft, measured);
  const summary = new Set(measured.map((row) => keyOf(key, row)));
  await draft.putRows(
    'visit',
    merged.map((row) => {
      const word = keyOf(key, row);
      return summary.has(word) ? summarised(row, ofVisit.get(word) ?? []) : row;
    }),
  );
}

/** Whether a row says something that is in the summary of a visit. A registry says nothing of it. */
const isMeasured = (row: Pick<RowOf<'visit'>, 'psf_fwhm' | 'zero_point' | 'sky_level'>) =>
  row.psf_fwhm !== null || row.zero_point !== null || row.sky_level !== null;

async function detectorsByVisit(draft: CatalogDraft, rows: readonly { readonly visit: number }[]) {
  const ofVisit = new Map<string, RowOf<'visit_detector'>[]>();
  if (rows.length === 0) return ofVisit;
  const where = ofDetector.isIn('visit', valuesOf(rows, 'visit'));
  for (const row of await heldRows(draft, 'visit_detector', where))
    addTo(ofVisit, keyOf(TABLES.visit.key, row), row);
  return ofVisit;
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

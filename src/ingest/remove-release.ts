/** Takes a release out of a catalog that is being made: its datasets, and what other tables have of nothing else. */
import type { CatalogDraft } from '../catalog/catalog.ts';
import { and, equals, exists, not, of, type Predicate } from '../catalog/predicate.ts';
import { OWNED, type SideTable } from '../catalog/tables.ts';
import { visibleRows } from '../catalog/visible.ts';
import { heldRows } from './beside/held-rows.ts';
import { resolveInputs } from './beside/inputs.ts';

/** Tables whose rows are of datasets together. */
const SHARED = ['visit', 'visit_detector', 'run', 'tract', 'patch'] as const satisfies readonly SideTable[];

export async function removeRelease(draft: CatalogDraft, label: string): Promise<void> {
  const dropped = equals('repo', label);
  const fromOthers = await inputsOfOthers(draft, dropped);
  for (const table of SHARED) {
    const ofOthers = visibleRows(table, not(dropped));
    await draft.removeRows(table, and(visibleRows(table, dropped), not(ofOthers)));
  }
  for (const [table, column] of OWNED)
    await draft.removeRows(table, exists('dataset', [[column, 'uuid']], dropped));
  await draft.removeRows('dataset', dropped);
  await draft.putRows('dataset_input', await resolveInputs(draft, fromOthers));
}

/** All inputs of datasets that stay, of which one at least is a dataset that goes. */
async function inputsOfOthers(draft: CatalogDraft, dropped: Predicate) {
  const fromDropped = exists<'dataset', 'input'>('dataset', [['input', 'uuid']], dropped);
  const ofOther = exists<'dataset', 'output'>('dataset', [['output', 'uuid']], not(dropped));
  const outputs = new Set<string>();
  const where = and<'input' | 'output'>(fromDropped, ofOther);
  for await (const batch of draft.select({ from: 'dataset_input', columns: ['output'], where }))
    for (const { output } of batch) outputs.add(output);
  return heldRows(draft, 'dataset_input', of('dataset_input').isIn('output', [...outputs]));
}

/** The columns of datasets that are shown, and that a condition may name. */
import { ALWAYS, type Predicate } from '../../catalog/predicate.ts';
import { COLUMNS } from '../../catalog/schema.ts';
import { resolveCondition } from '../adql/conditions.ts';

/** Where bytes are is nobody's business outside. */
const INTERNAL = new Set(['root', 'path', 'companions', 'stamps', 'pack', 'pack_offset', 'pack_length']);

export const SHOWN_COLUMNS = COLUMNS.filter(({ name }) => !INTERNAL.has(name));

const TABLE = { path: ['ivoa', 'ObsCore'], columns: SHOWN_COLUMNS };

/** Datasets that meet a search condition; all without one. Throws VignetError usage BAD_ADQL. */
export function meeting(condition: string | undefined): Predicate {
  return condition === undefined ? ALWAYS : resolveCondition({ name: 'WHERE', text: condition }, TABLE);
}

/** What became of an input, in the STATUS tables of stacks and mosaics. */
import type { Column } from '../../base/column.ts';
import type { Cell } from '../../base/table.ts';

/** An empty code: nothing went wrong. */
export interface Outcome {
  readonly code: string;
  readonly reason: string;
}

const CODE = 24;
const REASON = 160;

export const outcomeColumns: readonly Column[] = [
  { name: 'STATE', type: 'char', shape: [8], ucd: 'meta.code.status', description: 'ok or failed' },
  {
    name: 'CODE',
    type: 'char',
    shape: [CODE],
    ucd: 'meta.code.error',
    description: 'Why it failed, in a word',
  },
  { name: 'REASON', type: 'char', shape: [REASON], ucd: 'meta.note', description: 'Why it failed' },
];

/** Cut where they are longer than their columns. */
export function outcomeCells({ code, reason }: Outcome): Cell[] {
  return [code === '' ? 'ok' : 'failed', code.slice(0, CODE), reason.slice(0, REASON)];
}

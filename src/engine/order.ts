/** What goes from the scheduler to a thread, and what comes back. */
import type { PlainError } from '../base/to-vignet-error.ts';

/** One call of a task. `slot` numbers the control word. */
export interface Order {
  readonly kind: string;
  readonly task: unknown;
  readonly slot: number;
  readonly cursor: number;
  readonly deadlineMs: number;
}

/** Errors travel as values: a worker that throws is a worker that broke. */
export type Outcome =
  | { readonly result: unknown; readonly ms: number }
  | { readonly error: PlainError; readonly ms: number };

/** Given to every worker at its start. */
export interface WorkerSetup {
  readonly control: SharedArrayBuffer;
}

/** Control words stand this many bytes apart, so that polling one does not disturb the others. */
export const CONTROL_STRIDE = 64;

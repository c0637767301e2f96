/** The worker's side of the pool. */
import { workerData } from 'node:worker_threads';
import { perform } from './perform.ts';
import type { Task, WorkerOrder, WorkerOutcome, WorkerSetup } from './tasks.ts';

const { control } = workerData as WorkerSetup;

/** Buffers that the addon made for this outcome alone: moved to the main thread, not copied. */
function ownBuffers(work: Task, result: unknown): ArrayBufferLike[] {
  if (work.kind === 'compress') return [(result as Uint8Array).buffer];
  if (work.kind === 'render' || work.kind === 'colour') return [(result as { rgba: Uint8Array }).rgba.buffer];
  if (work.kind === 'seek' && result) return [(result as Uint8Array).buffer];
  return [];
}

/** Moves buffers with an outcome. A thread loads Piscina for this alone, so that it starts sooner. */
async function moving(outcome: WorkerOutcome, buffers: readonly ArrayBufferLike[]): Promise<WorkerOutcome> {
  const { move, transferableSymbol, valueSymbol } = await import('piscina');
  return move({ [transferableSymbol]: buffers, [valueSymbol]: outcome } as never) as unknown as WorkerOutcome;
}

export default function run(order: WorkerOrder): WorkerOutcome | Promise<WorkerOutcome> {
  const outcome = perform(order, control);
  const buffers = 'error' in outcome ? [] : ownBuffers(order.work, outcome.result);
  return buffers.length === 0 ? outcome : moving(outcome, buffers);
}

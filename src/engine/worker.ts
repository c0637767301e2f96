/** The worker's side of the pool. */
import { workerData } from 'node:worker_threads';
import type { Order, WorkerSetup } from './order.ts';
import { type Performed, perform } from './perform.ts';

const { control }: WorkerSetup = workerData;

/** Moves buffers with an outcome. Only this module of Piscina is loaded in a thread, so that it starts sooner. */
async function moved({ outcome, transfer }: Performed): Promise<unknown> {
  const piscina = await import('piscina');
  return piscina.move({ [piscina.transferableSymbol]: transfer, [piscina.valueSymbol]: outcome });
}

/** Gives an `Outcome`, or what Piscina makes one of. */
export default function run(order: Order): unknown {
  const performed = perform(order, control);
  return performed.transfer.length === 0 ? performed.outcome : moved(performed);
}

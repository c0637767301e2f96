/** Time that a statement may take. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { VignetError } from '../../base/errors.ts';

const AGAIN_MS = 250;

/** Waits for a step of a connection's only statement, and interrupts it when it takes longer. Throws VignetError transient CATALOG_SLOW. */
export async function within<T>(ms: number, connection: DuckDBConnection, step: Promise<T>): Promise<T> {
  let isLate = false;
  // Again and again: DuckDB forgets an interruption that comes while it still plans.
  const stop = () => {
    isLate = true;
    connection.interrupt();
    timer = setTimeout(stop, Math.min(ms, AGAIN_MS));
  };
  let timer = setTimeout(stop, ms);
  try {
    return await step;
  } catch (error) {
    if (!isLate) throw error;
    const detail =
      'a statement of the catalog took too long and was stopped; ask for less, or try again later';
    throw new VignetError('transient', 'CATALOG_SLOW', detail, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Which rows of a stack have lost their files. It is seen when the stack is planned: the ETag of an answer must differ from that of one
 * which has these rows, and an answer with an ETag may be resumed.
 */
import { entryOf, isListed } from '../../base/error-codes/index.ts';
import { VignetError } from '../../base/errors.ts';
import type { Engine, RequestOptions } from '../../engine/engine.ts';
import { probeTask } from '../../engine/tasks/probe.ts';
import type { StackRow } from './row.ts';

/** Datasets in one task: some milliseconds of work. */
const BATCH = 256;

function problemOf({ code, reason }: { readonly code: string; readonly reason: string }): VignetError {
  return isListed(code)
    ? new VignetError(entryOf(code).kind, code, reason)
    : new VignetError('fatal', 'INTERNAL', reason);
}

/** The same rows, each with what is wrong with its files. */
export async function probed(
  engine: Engine,
  rows: readonly StackRow[],
  options: RequestOptions,
): Promise<StackRow[]> {
  const request = engine.request(options);
  try {
    const batches: Promise<StackRow[]>[] = [];
    for (let from = 0; from < rows.length; from += BATCH) {
      const batch = rows.slice(from, from + BATCH);
      const inputs = batch.map(({ dataset: { layout, sources } }) => ({ layout, sources }));
      batches.push(
        request.run(probeTask, inputs).then((problems) =>
          batch.map((row, n) => {
            const found = problems[n];
            return found && !row.problem ? { ...row, problem: problemOf(found) } : row;
          }),
        ),
      );
    }
    return (await Promise.all(batches)).flat();
  } finally {
    request.close();
  }
}

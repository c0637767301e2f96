/** The rows of a stack as a VOTable, without pixels: nothing of the files is read. */
import { setImmediate } from 'node:timers/promises';
import type { Batch, Table } from '../../base/table.ts';
import { votable } from '../../vo/dali/votable.ts';
import type { InputsOfAnswer } from '../answers/lost-inputs.ts';
import { type Buffered, BufferedAnswer, type PooledDeps } from '../answers/pooled-answer.ts';
import { untimedSentence } from '../select/choose-datasets.ts';
import { columns, type RowContext } from './columns.ts';
import { lostInputs } from './fits.ts';
import type { StackPlan } from './plan.ts';

/** Rows of a batch: others have their turn between two. */
const BATCH = 64;

/** Unknown values are null, numbers too. */
async function* batchesOf({ rows }: StackPlan, context: RowContext): AsyncGenerator<Batch> {
  for (let from = 0; from < rows.length; from += BATCH) {
    if (from > 0) await setImmediate();
    yield rows.slice(from, from + BATCH).map((row) =>
      columns.map((column) => {
        const cell = column.value(row, context);
        return Number.isNaN(cell) ? null : cell;
      }),
    );
  }
}

interface About {
  readonly software: string;
  readonly context: RowContext;
  /** Why the table is empty, or what else is there. */
  readonly note: string | undefined;
}

export class VotableAnswer extends BufferedAnswer<PooledDeps> {
  readonly #plan: StackPlan;
  readonly #about: About;

  constructor(deps: PooledDeps, plan: StackPlan, about: About) {
    super(deps);
    this.#plan = plan;
    this.#about = about;
  }

  /** Rows are of the catalog: a file that is gone costs nothing here. */
  inputsLost(): InputsOfAnswer {
    const { rows, dropped } = this.#plan;
    return lostInputs({ rows: rows.map(({ problem: _, ...row }) => row), dropped }, new Map());
  }

  protected async makeBuffered(): Promise<Buffered> {
    const { rows, overflow, size, collections, types, untimed, request } = this.#plan;
    const { software, context, note } = this.#about;
    const table: Table = {
      name: 'stack',
      description: 'Observations of a position, without their pixels',
      infos: [
        ['server_software', software],
        ['stamp_size', String(size)],
        ['collection', collections.join(', ')],
        ['dataset_type', types.join(', ')],
        ...(untimed > 0 ? [['untimed', untimedSentence(untimed)] as const] : []),
        ...(note === undefined
          ? []
          : [[rows.length === 0 && request.maxRec !== 0 ? 'reason' : 'note', note] as const]),
      ],
      columns,
      batches: batchesOf(this.#plan, context),
      rows: rows.length,
      overflow: () => overflow,
    };
    const pieces: string[] = [];
    for await (const piece of votable(table)) pieces.push(piece);
    return { bytes: Buffer.from(pieces.join(''), 'utf8'), free: () => {} };
  }
}

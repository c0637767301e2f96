/** The rows of a stack as a VOTable, without pixels: nothing of the files is read. */
import { type VotableColumn, votable } from '../../vo/dali/votable.ts';
import { type Buffered, BufferedAnswer, type PooledDeps } from '../answers/pooled-answer.ts';
import { type Column, columns, type RowContext } from './columns.ts';
import type { StackPlan } from './plan.ts';

const datatypes = { D: 'double', E: 'float', J: 'int', K: 'long', A: 'char' } as const;
const systems: Readonly<Record<string, string>> = {
  MJD_TAI: 'mjd_tai',
  MJD_UTC: 'mjd_utc',
  BJD_TDB: 'bjd_tdb',
  RA: 'icrs',
  DEC: 'icrs',
};

function fieldOf({ name, form, unit, ucd, description }: Column): VotableColumn {
  return { name, datatype: datatypes[form], unit, ucd, description, ref: systems[name] };
}

export class VotableAnswer extends BufferedAnswer<PooledDeps> {
  readonly #plan: StackPlan;
  readonly #software: string;
  readonly #context: RowContext;

  constructor(deps: PooledDeps, plan: StackPlan, software: string, context: RowContext) {
    super(deps);
    this.#plan = plan;
    this.#software = software;
    this.#context = context;
  }

  protected async makeBuffered(): Promise<Buffered> {
    const { rows, overflow, size, collections, types } = this.#plan;
    const about = {
      name: 'stack',
      description: 'Observations of a position, without their pixels',
      infos: [
        ['server_software', this.#software],
        ['stamp_size', String(size)],
        ['collection', collections.join(', ')],
        ['dataset_type', types.join(', ')],
      ] as const,
      overflow,
    };
    const cells = function* (context: RowContext) {
      for (const row of rows) yield columns.map((column) => column.value(row, context));
    };
    const pieces = [...votable(about, columns.map(fieldOf), cells(this.#context))];
    return { bytes: Buffer.from(pieces.join(''), 'utf8'), free: () => {} };
  }
}

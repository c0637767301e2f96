/**
 * Rows as Parquet, one row group after another: no more than a group is held. What FIELD says of the columns stands in the footer, as a VOTable
 * without data (IVOA's convention for VOTable metadata in Parquet), and with it whether rows were left out.
 */
import type { Table } from '../../base/table.ts';
import { votableHead, votableTail } from '../../vo/dali/votable.ts';
import { type ParquetValue, parquetSchema, parquetValue } from './parquet-schema.ts';

/**
 * Most rows of a group, and about how many bytes of values. A group is encoded at once: some 0.2 s of this thread for 131,072 numbers.
 */
const GROUP_ROWS = 16_384;
const GROUP_BYTES = 1048576;

/** About what a value takes in memory. */
function weightOf(value: ParquetValue): number {
  return typeof value === 'string' || Array.isArray(value) ? 8 + 8 * value.length : 8;
}

/** The rows of a group, by column. */
class Group {
  readonly #names: readonly string[];
  #columns: ParquetValue[][] = [];
  #bytes = 0;
  #rows = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.clear();
  }

  get rows(): number {
    return this.#rows;
  }

  get full(): boolean {
    return this.#rows >= GROUP_ROWS || this.#bytes >= GROUP_BYTES;
  }

  add(values: readonly ParquetValue[]): void {
    values.forEach((value, at) => {
      this.#columns[at]?.push(value);
      this.#bytes += weightOf(value);
    });
    this.#rows += 1;
  }

  get data(): { name: string; data: ParquetValue[]; offsetIndex: false }[] {
    return this.#names.map((name, at) => ({ name, data: this.#columns[at] ?? [], offsetIndex: false }));
  }

  clear(): void {
    this.#columns = this.#names.map(() => []);
    this.#bytes = 0;
    this.#rows = 0;
  }
}

/** Throws when the rows fail: the file then has no footer, and nobody takes it for whole. */
export async function* parquet(table: Table): AsyncGenerator<Uint8Array, void, undefined> {
  // Loaded when the first such table is asked for: most processes never make one.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const { columns, batches, infos } = table;
  const writer = new ByteWriter();
  const kvMetadata: { key: string; value: string }[] = [];
  const file = new ParquetWriter({
    writer,
    schema: parquetSchema(columns),
    kvMetadata,
    createdBy: 'Vignet',
    statistics: false,
  });
  const group = new Group(columns.map(({ name }) => name));
  const written = () => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  for await (const batch of batches) {
    for (const row of batch) {
      group.add(columns.map((column, at) => parquetValue(column, row[at])));
      if (!group.full) continue;
      file.write({ columnData: group.data, rowGroupSize: group.rows });
      group.clear();
      yield written();
    }
  }
  if (group.rows > 0) file.write({ columnData: group.data, rowGroupSize: group.rows });
  kvMetadata.push(
    { key: 'IVOA.VOTable-Parquet.version', value: '1.0' },
    { key: 'IVOA.VOTable-Parquet.content', value: votableHead(table) + votableTail(table.overflow()) },
    ...infos.map(([key, value]) => ({ key, value })),
  );
  file.finish();
  yield written();
}

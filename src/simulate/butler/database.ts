/** A registry's database while it is written. */
import sqlite from 'node-sqlite3-wasm';
import { UNIX_EPOCH_MJD } from '../../astronomy/time.ts';

export type Value = number | bigint | string | null;
export type Row = Readonly<Record<string, Value>>;

export class RegistryDatabase {
  readonly #database: InstanceType<typeof sqlite.Database>;

  constructor(path: string) {
    this.#database = new sqlite.Database(path);
  }

  /** One transaction around all writing. */
  all(write: () => void): void {
    // The file is new and has another name until it is complete.
    this.#database.exec('PRAGMA journal_mode=OFF; PRAGMA foreign_keys=ON; BEGIN;');
    write();
    this.#database.exec('COMMIT;');
  }

  create(text: string): void {
    this.#database.exec(text);
  }

  insert(table: string, rows: Iterable<Row>): void {
    for (const row of rows) {
      const names = Object.keys(row).map((name) => `"${name}"`);
      const places = names.map(() => '?').join(', ');
      this.#database.run(
        `INSERT INTO "${table}" (${names.join(', ')}) VALUES (${places})`,
        Object.values(row),
      );
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** Nanoseconds of TAI since 1970, from MJD TAI: exact to the millisecond. */
export function nanoseconds(mjd: number): bigint {
  return (BigInt(Math.round(mjd * 86_400e3)) - BigInt(UNIX_EPOCH_MJD) * 86_400_000n) * 1_000_000n;
}

/** What stands for no bound: the epoch and 2100-01-01. */
const FIRST = 0n;
export const LAST = 4_102_444_800_000_000_000n;

const timespan = (begin: bigint, end: bigint) => ({ timespan_begin: begin, timespan_end: end });

export const between = (begin: number | null, end: number | null) =>
  timespan(begin === null ? FIRST : nanoseconds(begin), end === null ? LAST : nanoseconds(end));

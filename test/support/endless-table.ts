// A table of a SQLite file that cannot be read to its end.
import { readFileSync, writeFileSync } from 'node:fs';
import sqlite from 'node-sqlite3-wasm';

/** Makes the root of a table lead over six levels of 200 pointers, all to the same next page: 6.4e13 leaves in six pages more. */
export function makeEndless(path: string, table: string): void {
  const database = new sqlite.Database(path, { readOnly: true });
  const found = database.get('SELECT rootpage FROM sqlite_schema WHERE name = ?', [table]);
  database.close();
  const root = Number(found?.rootpage);
  const old = readFileSync(path);
  const size = old.readUInt16BE(16);
  const pageOf = (n: number) => old.subarray((n - 1) * size, n * size);
  let leaf = pageOf(root);
  // 13: leaf of a table; others are of type 5.
  while (leaf[0] !== 13) leaf = pageOf(leaf.readUInt32BE(8));
  const first = old.length / size + 1;
  const levels = Array.from({ length: 6 }, (_, level) => {
    const page = Buffer.alloc(size);
    const start = size - 5 * 200;
    page.set([5, 0, 0, 0, 200, start >> 8, start & 255, 0]);
    page.writeUInt32BE(first + level, 8);
    for (let n = 0; n < 200; n++) {
      page.writeUInt16BE(start + 5 * n, 12 + 2 * n);
      page.writeUInt32BE(first + level, start + 5 * n);
      page[start + 5 * n + 4] = 1;
    }
    return page;
  });
  const [top = Buffer.alloc(0), ...others] = levels;
  const bytes = Buffer.concat([old, ...others, leaf]);
  bytes.set(top, (root - 1) * size);
  bytes.writeUInt32BE(bytes.length / size, 28);
  writeFileSync(path, bytes);
}

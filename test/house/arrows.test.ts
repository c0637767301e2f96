// The house keeps its shape: imports run one way. native-arrows.test.ts holds those of C++.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
}

const roomsOf: Record<string, readonly string[]> = {
  base: [],
  astronomy: ['base'],
  vo: ['base'],
  bytes: ['base'],
  addon: ['base', 'astronomy'],
  fits: ['base', 'addon'],
  catalog: ['base', 'astronomy'],
  access: ['base', 'catalog'],
  engine: ['base', 'addon', 'bytes'],
  archive: ['base', 'astronomy', 'access', 'addon', 'bytes', 'catalog'],
  ingest: ['base', 'astronomy', 'addon', 'bytes', 'catalog', 'archive'],
  products: ['base', 'astronomy', 'vo', 'fits', 'access', 'addon', 'catalog', 'archive', 'engine', 'ingest'],
  simulate: ['base', 'astronomy', 'fits', 'addon'],
  service: ['base', 'vo', 'access', 'archive', 'products'],
  cli: [
    ...['base', 'astronomy', 'vo', 'access', 'bytes', 'addon', 'catalog', 'engine', 'archive', 'ingest'],
    ...['products', 'simulate', 'service'],
  ],
};

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g)].map((match) =>
    relative(join(root, 'src'), resolve(root, dirname(file), match[1] ?? '')),
  );
}

describe('src/', () => {
  for (const [room, allowed] of Object.entries(roomsOf)) {
    it(`${room} imports ${allowed.length ? allowed.join(', ') : 'no other room'}`, () => {
      for (const file of filesBelow(`src/${room}`, /\.ts$/)) {
        for (const target of importsOf(file)) {
          const other = target.split('/')[0] ?? '';
          expect(other === room || allowed.includes(other), `${file} imports ${target}`).toBe(true);
        }
      }
    });
  }

  it('has no room that is not listed here', () => {
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(rooms.map((entry) => entry.name).sort()).toEqual(Object.keys(roomsOf).sort());
  });

  it('has no circle', () => {
    const order = Object.keys(roomsOf);
    for (const [room, allowed] of Object.entries(roomsOf))
      for (const other of allowed)
        expect(order.indexOf(other), `${room} → ${other}`).toBeLessThan(order.indexOf(room));
  });

  it('writes SQL only for the catalog and for registries of Butlers, and loads each database in a place of its own', () => {
    const sql = /\b(SELECT\b.*\bFROM|DELETE FROM|INSERT INTO|UPDATE \w+ SET|CREATE TABLE|ORDER BY)\b/;
    const places: readonly [RegExp, RegExp][] = [
      [sql, /^src\/(?:catalog|ingest\/butler|simulate\/butler)\//],
      [/@duckdb\/node-api/, /^src\/catalog\/duckdb\//],
      [/from 'pg'/, /^src\/(?:catalog\/postgres\/|ingest\/butler\/postgres\.ts$)/],
      [/node-sqlite3-wasm/, /^src\/(?:ingest\/butler\/sqlite-worker|simulate\/butler\/database)\.ts$/],
    ];
    const speakers = (words: RegExp) =>
      filesBelow('src', /\.ts$/).filter((file) => words.test(readFileSync(join(root, file), 'utf8')));
    for (const [words, place] of places) {
      for (const file of speakers(words)) expect(file).toMatch(place);
      expect(speakers(words).length).toBeGreaterThan(0);
    }
  });

  it('says in every room what belongs there', () => {
    for (const room of Object.keys(roomsOf)) {
      const readme = readFileSync(join(root, 'src', room, 'README.md'), 'utf8');
      expect(readme, room).toMatch(/May import:/);
    }
  });

  it('loads the addon in one place', () => {
    const loaders = filesBelow('src', /\.ts$/).filter((file) =>
      /vignet\.node/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(loaders).toEqual(['src/addon/addon.ts']);
  });
});

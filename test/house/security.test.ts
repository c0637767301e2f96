// SECURITY.md promises only what a test shows: each promise names tests that exist and that `npm test` runs, and every attack is named there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const section = /## What Vignet defends against\n([\s\S]*?)\n## /.exec(text)?.[1] ?? '';
const promises = section
  .split(/\n(?=- )/)
  .slice(1)
  .map((item) => ({
    name: /\*\*([^*]+)\*\*/.exec(item)?.[1] ?? item.slice(0, 40),
    tests: [...item.matchAll(/\]\(((?:test|native|scripts)\/[^)]+)\)/g)].map(([, path = '']) => path),
  }));

/** Whether a stage of `npm test` runs it. */
const isRun = (path: string) =>
  /^test\/.*\.test\.ts$/.test(path) ||
  /^native\/test\/\d\d\..*\.cc$/.test(path) ||
  path === 'scripts/lib/fuzz.mjs';

describe('SECURITY.md', () => {
  it('has promises', () => expect(promises.length).toBeGreaterThan(10));

  it.each(promises)('$name: is shown', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const path of tests)
      expect([path, isRun(path), existsSync(join(root, path))]).toEqual([path, true, true]);
  });

  it('names every attack', () => {
    const attacks = readdirSync(join(root, 'test/hostile')).filter((name) => name.endsWith('.test.ts'));
    const named = promises.flatMap(({ tests }) => tests);
    expect(attacks.filter((name) => !named.includes(`test/hostile/${name}`))).toEqual([]);
  });
});

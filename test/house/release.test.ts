// The version stands in three files; the changelog has a section for it, and sections in their order.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const { version } = JSON.parse(text('package.json')) as { version: string };
const headings = [...text('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map((match) => match[1] ?? '');
const released = headings
  .slice(1)
  .map((heading) => /^\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)$/.exec(heading)?.slice(1) ?? [heading]);

describe('the changelog', () => {
  it('begins with what is unreleased; every other section is a version and its date', () => {
    expect(headings[0]).toBe('[Unreleased]');
    expect(released.filter((parts) => parts.length !== 4)).toEqual([]);
  });

  it('has the newest version first, which is the package’s', () => {
    const keys = released.map((parts) => parts.map((part) => part.padStart(10, '0')).join());
    expect(keys).toEqual([...new Set(keys)].sort().reverse());
    expect(released[0]?.slice(0, 3).join('.')).toBe(version);
  });

  it('sorts its entries under the headings that Keep a Changelog names', () => {
    const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
    const used = [...text('CHANGELOG.md').matchAll(/^### (.*)$/gm)].map((match) => match[1] ?? '');
    expect(used.filter((heading) => !known.includes(heading))).toEqual([]);
  });
});

describe('CITATION.cff', () => {
  it('cites the newest version with its date', () => {
    const of = (key: string) => new RegExp(`^${key}: "?([^"\n]+)"?$`, 'm').exec(text('CITATION.cff'))?.[1];
    expect(of('version')).toBe(version);
    expect(of('date-released')).toBe(released[0]?.[3]);
  });
});

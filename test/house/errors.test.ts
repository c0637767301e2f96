// Every error code is in one list with one kind. What does not compile otherwise (test/base/errors.test.ts) is not tested here.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entryOf, errorLists, isListed, listedErrors } from '../../src/base/error-codes/index.ts';
import { headerText, pageText } from './errors/texts.ts';
import { twinsOf } from './errors/twins.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

function sourcesBelow(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|cc|h|inc)$/.test(name))
      .map((name) => join(folder, name)),
  );
}

const generated: readonly [string, string][] = [
  ['native/core/base/error_codes.h', headerText()],
  ['docs/errors.md', pageText()],
];

describe('the list of error codes', () => {
  it.each(generated)('is what %s was generated from', (file, text) => {
    if (process.env.VIGNET_ERRORS === 'write') writeFileSync(join(root, file), text);
    expect(read(file), 'run `npm run errors:write`').toBe(text);
  });

  it('has no code twice', () => {
    const codes = Object.values(errorLists).flatMap((lists) => lists.flatMap((list) => Object.keys(list)));
    expect(codes.filter((code, n) => codes.indexOf(code) !== n)).toEqual([]);
  });

  it('is in alphabetical order', () => {
    for (const list of Object.values(errorLists).flat())
      expect(Object.keys(list)).toEqual(Object.keys(list).sort());
  });

  it('has no twins: two codes for one thing', () => {
    expect(twinsOf(listedErrors)).toEqual([]);
  });

  it('finds twins: the same words in another order, number or verb, and the same sentence', () => {
    const entry = { kind: 'data', sentence: 'A.', meaning: 'B.', remedy: 'C.' } as const;
    const found = (a: string, b: string, sentence = 'Other.') =>
      twinsOf([
        { ...entry, code: a },
        { ...entry, code: b, sentence },
      ]).length;
    expect(found('TOO_MANY_MASKS', 'TOO_MANY_MASK_PLANES')).toBe(1);
    expect(found('UNREADABLE', 'FILE_UNREADABLE')).toBe(1);
    expect(found('RICE', 'BAD_RICE')).toBe(1);
    expect(found('NO_MEMORY', 'OUT_OF_MEMORY')).toBe(1);
    expect(found('CANNOT_WRITE', 'WRITE_FAILED')).toBe(1);
    expect(found('NEEDS_REGION', 'REGION_NEEDED')).toBe(1);
    expect(found('BAD_TILE', 'BAD_TILES')).toBe(1);
    expect(found('BAD_TILE', 'BAD_CARD', 'A.')).toBe(1);
    expect(found('BAD_TILE', 'BAD_CARD')).toBe(0);
  });

  it('says of each code what happened, when, and what to do', () => {
    for (const { code, kind, sentence, meaning, remedy, status } of listedErrors) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      for (const text of [sentence, meaning, remedy]) expect(text, code).toMatch(/^[^|]+[.]$/);
      expect(sentence.length, `${code}: ${sentence}`).toBeLessThanOrEqual(75);
      // With a status of its own, a data error is the nature of a sound dataset: the client is to ask for something else.
      if (status !== undefined)
        expect([kind, status < 500], code).toEqual([expect.stringMatching(/^(?:usage|data)$/), true]);
    }
  });

  it('has no code that nothing throws', () => {
    const text = sourcesBelow('src', 'native/core', 'native/binding')
      .filter((file) => !file.includes('error-codes/') && !file.endsWith('error_codes.h'))
      .map(read)
      .join('\n');
    const unused = listedErrors.filter(({ code }) => !new RegExp(`['"]${code}['"]`).test(text));
    expect(unused.map(({ code }) => code)).toEqual([]);
  });

  it('has every code that comments mention, with the same kind', () => {
    const said = /\b(usage|data|transient|fatal),? ((?:[A-Z]+_[A-Z_]+(?:, | \| )?)+)/g;
    for (const file of sourcesBelow('src', 'native/core', 'native/binding')) {
      for (const [, kind, codes = ''] of read(file).matchAll(said))
        for (const code of codes.split(/, | \| /).filter(Boolean))
          expect(isListed(code) ? entryOf(code).kind : 'not listed', `${file}: ${code}`).toBe(kind);
    }
  });

  it('has every code that the documentation mentions', () => {
    for (const name of readdirSync(join(root, 'docs')).filter((one) => one.endsWith('.md')))
      for (const [, code = ''] of read(`docs/${name}`).matchAll(
        /\b((?:BAD|TOO|UNKNOWN|MISSING|FILE)_[A-Z_]+)\b/g,
      ))
        expect(isListed(code), `docs/${name}: ${code}`).toBe(true);
  });
});

// The vocabulary: messages in one grammar, names of the field. Phrases and private words that were given up do not come back.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Folders and files that are held to the rules, by language. */
const held = {
  typescript: ['src'],
  cpp: ['native/core', 'native/binding'],
  markdown: ['docs', 'README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
};

/** Phrases of messages: "expected X for NAME, received Y" and what to do takes their place. */
const phrases = [
  /\b(?:is|are) right\b/,
  /\bmeans nothing\b/,
  /\bmakes? no sense\b/,
  /(?<!\b[Tt]here )\bis (?:no|none)\b(?! longer)/,
];

/** Words that were private to this project, as parts of identifiers (camel case, snake case) and of file names. */
const words = new Set([
  'alone',
  'careful',
  'holdings',
  'kept',
  'lacking',
  'mender',
  'sighting',
  'sightings',
  'thrown',
  'told',
  'wish',
]);

/** `file: phrase or word`, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {};

function filesOf(places: readonly string[], ending: RegExp): string[] {
  return places.flatMap((place) =>
    ending.test(place)
      ? [place]
      : readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
          .filter((name) => ending.test(name))
          .map((name) => join(place, name)),
  );
}

/** A string, a comment or anything else of source text, in order; of a template its whole text is a string. */
const token =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?<code>[^"'`/]+|\/)/g;

function partsOf(file: string): { texts: string[]; code: string } {
  const texts: string[] = [];
  let code = '';
  // A digit separator of C++ is no quote.
  for (const { groups = {} } of read(file)
    .replace(/(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])/g, '')
    .matchAll(token)) {
    const { text, code: plain = ' ' } = groups;
    if (text) texts.push(text);
    code += plain;
  }
  return { texts, code };
}

const sources = [...filesOf(held.typescript, /\.ts$/), ...filesOf(held.cpp, /\.(h|cc|inc)$/)];

/** `oneTwo`, `one_two` and `one-two.ts` are the words one and two. */
const wordsOf = (name: string) =>
  name.split(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z]+/).map((word) => word.toLowerCase());

function found(file: string, text: string): string[] {
  return phrases.flatMap((phrase) => {
    const match = phrase.exec(text)?.[0];
    return match && !exceptions[`${file}: ${match}`] ? [`${file}: ${match}: ${text.slice(0, 160)}`] : [];
  });
}

describe('the vocabulary', () => {
  it('no string of the sources has a phrase that was given up', () => {
    expect(sources.flatMap((file) => partsOf(file).texts.flatMap((text) => found(file, text)))).toEqual([]);
  });

  it('no identifier and no file name is a private word', () => {
    const seen = sources.flatMap((file) => {
      const names = new Set(partsOf(file).code.match(/[A-Za-z_]\w*/g) ?? []);
      return [file, ...names].flatMap((name) =>
        wordsOf(name)
          .filter((word) => words.has(word) && !exceptions[`${file}: ${word}`])
          .map((word) => `${file}: ${word} (${name})`),
      );
    });
    expect(seen).toEqual([]);
  });

  it('no document has a phrase that was given up', () => {
    const documents = filesOf(held.markdown, /\.md$/);
    expect(
      documents.flatMap((file) =>
        read(file)
          .split('\n')
          .flatMap((line) => found(file, line)),
      ),
    ).toEqual([]);
  });

  it('every exception is still needed', () => {
    const all = new Map(sources.map((file) => [file, partsOf(file)]));
    for (const exception of Object.keys(exceptions)) {
      const [file = '', phrase = ''] = exception.split(': ');
      const parts = all.get(file);
      const text = parts ? [parts.code, ...parts.texts].join('\n') : read(file);
      expect(text.toLowerCase(), exception).toContain(phrase);
    }
  });
});

// Every regular expression of src takes time linear in its text, by recheck: a text from a client or a file never stops the service.
// The patterns of survey descriptions see file names and card values only, which are short: none of them may be exponential.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { check } from 'recheck';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { regexpOf } from '../../src/ingest/survey/matching.ts';

const root = join(import.meta.dirname, '../..');

interface Expression {
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

/** The literals of a file, with the line that each stands in. */
function literals(file: string): Expression[] {
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Expression[] = [];
  const visit = (node: ts.Node) => {
    if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
      const text = node.getText();
      const end = text.lastIndexOf('/');
      const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const at = `${relative(root, file)}:${line} ${text}`;
      found.push({ at, source: text.slice(1, end), flags: text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function filesBelow(folder: string, end: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => join(root, folder, name));
}

/** Texts of a survey description that are used as patterns: all that could be one is looked at. */
function patterns(file: string): Expression[] {
  const found: Expression[] = [];
  const visit = (value: unknown) => {
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) visit(inner);
    else if (typeof value === 'string' && /[\\*+?]/.test(value) && !/\s/.test(value)) {
      const { source, flags } = regexpOf(value);
      found.push({ at: `${relative(root, file)} ${value}`, source, flags });
    }
  };
  visit(JSON.parse(readFileSync(file, 'utf8')));
  return found;
}

async function verdicts(expressions: readonly Expression[], isBad: (complexity: string) => boolean) {
  const bad: string[] = [];
  for (const { at, source, flags } of expressions) {
    const found = await check(source, flags, { timeout: 60_000 });
    if (found.status === 'safe') continue;
    const type = found.status === 'vulnerable' ? found.complexity.type : 'unknown';
    if (isBad(type)) bad.push(`${at}: ${type}`);
  }
  return bad;
}

describe('regular expressions', () => {
  it('finds one that is slow, or this test proves nothing', async () => {
    const slow = { at: 'slow', source: '^\\s*(\\d*)\\s*-\\s*$', flags: '' };
    expect(await verdicts([slow], () => true)).toHaveLength(1);
  });

  it('of src are linear', async () => {
    const all = filesBelow('src', '.ts').flatMap(literals);
    expect(all.length).toBeGreaterThan(100);
    expect(await verdicts(all, () => true)).toEqual([]);
  }, 300_000);

  it('of survey descriptions are at most polynomial', async () => {
    const all = filesBelow('surveys', '.json').flatMap(patterns);
    expect(all.length).toBeGreaterThan(50);
    expect(await verdicts(all, (type) => type !== 'polynomial')).toEqual([]);
  }, 300_000);
});

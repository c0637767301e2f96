// Each export of the library has an example in its doc comment, which is compiled against the sources and run against dist/. In
// examples, '.vignet/sample/archive' is the sample archive, and files are written to an empty folder.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from './blocks.ts';
import { compilerOptions, exportsOfLibrary } from './exports.ts';

// What it becomes is said by its ending, .mjs.
const asModule = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
const { program, examples: exported } = exportsOfLibrary();
const examples = [...exported.values()].flat();
/** Numbered: names may differ by their case alone. */
const files = examples.map(({ name }, n) => `${n}-${name.replace(' ', '-')}`);

let folder = '';
/** What each example threw, by its name; of those that ran to their end, nothing. */
let thrown: Record<string, string>;

beforeAll(async () => {
  // Inside the checkout, where `import … from 'vignet'` finds this package.
  folder = mkdtempSync(join(root, '.vignet/examples-'));
  for (const [n, example] of examples.entries()) {
    const text = `${example.text}\nexport {};\n`;
    writeFileSync(join(folder, `${files[n]}.ts`), text);
    const { outputText } = ts.transpileModule(text, { compilerOptions: asModule });
    const here = outputText.replaceAll('.vignet/sample/archive', inject('sample'));
    writeFileSync(join(folder, `${files[n]}.mjs`), here);
  }
  const names = JSON.stringify(examples.map(({ name }, n) => [name, `./${files[n]}.mjs`]));
  const runner = `
    console.log = () => {};
    const thrown = {};
    for (const [name, file] of ${names}) await import(file).catch((error) => { thrown[name] = error.stack; });
    process.stdout.write(JSON.stringify(thrown));`;
  writeFileSync(join(folder, 'run.mjs'), runner);
  const { stdout } = await promisify(execFile)(process.execPath, ['run.mjs'], { cwd: folder });
  thrown = JSON.parse(stdout);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the library', () => {
  it('has an example on each of its exports', () => {
    const without = [...exported].filter(([, found]) => found.length === 0).map(([name]) => name);
    expect(without).toEqual([]);
  });

  it('has examples that compile', () => {
    const names = files.map((file) => join(folder, `${file}.ts`));
    const all = ts.createProgram(names, { ...compilerOptions(), noUnusedLocals: false }, undefined, program);
    const wrong = names.flatMap((name) => {
      const source = all.getSourceFile(name);
      return [...all.getSyntacticDiagnostics(source), ...all.getSemanticDiagnostics(source)].map(
        ({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it.each(examples)('has an example of $name that runs', ({ name }) => {
    expect(thrown[name]).toBeUndefined();
  });

  it('imports what it shows: an example begins with what a reader can paste', () => {
    const lacking = examples.filter(
      ({ name, text }) => !text.includes(`${name.split(' ')[0]}`) || !/from 'vignet';/.test(text),
    );
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });
});

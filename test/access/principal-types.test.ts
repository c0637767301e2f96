// Nobody asks the archive without saying as whom: what forgets it does not compile.
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

const before = `
import { ANONYMOUS, openArchive, Vignet, where } from '../../src/index.ts';
import type { MosaicRequest, StackRequest } from '../../src/index.ts';
import type { Archive, Engine } from '../../src/index.ts';
import { planStack } from '../../src/index.ts';
import type { RunContext } from '../../src/service/kit/index.ts';
import type { Ports } from '../../src/service/ports.ts';
declare const vignet: Vignet;
declare const archive: Archive;
declare const engine: Engine;
declare const context: RunContext;
declare const ports: Ports;
declare const id: string;
declare const mosaic: MosaicRequest;
declare const stack: StackRequest;
const principal = ANONYMOUS;
`;

/** What is right, and what forgets the principal. */
const cases: readonly (readonly [right: string, forgotten: readonly string[]])[] = [
  [
    'vignet.cutout(id, {}, { principal })',
    ['vignet.cutout(id)', 'vignet.cutout(id, {})', 'vignet.cutout(id, {}, {})'],
  ],
  ['vignet.stack(stack, { principal })', ['vignet.stack(stack)', 'vignet.stack(stack, {})']],
  ['vignet.mosaic(mosaic, { principal })', ['vignet.mosaic(mosaic)', 'vignet.mosaic(mosaic, {})']],
  [
    'vignet.cutout(id, {}, { principal: { name: "anna" } })',
    ['vignet.cutout(id, {}, { principal: undefined })'],
  ],
  ['archive.as(principal).resolve(id)', ['archive.resolve(id)', 'archive.as().resolve(id)']],
  ['archive.as(principal).find({ point: [1, 2] })', ['archive.find({ point: [1, 2] })']],
  ['archive.as(principal).observations([])', ['archive.observations([])']],
  ['archive.as(principal).named([id])', ['archive.named([id])']],
  ['archive.as(principal).list({ where: where.ALWAYS })', ['archive.list()']],
  ['archive.as(principal).count()', ['archive.count()']],
  ['archive.as(principal).census()', ['archive.census()', 'archive.contents()']],
  ['archive.as(principal).collections()', ['archive.collections()']],
  [
    'planStack({ engine, software: "s", view: archive.as(principal) }, stack)',
    [
      'planStack({ engine, software: "s" }, stack)',
      'planStack({ engine, software: "s", view: archive }, stack)',
    ],
  ],
  [
    'context.vignet.cutout(id, {}, context.caller)',
    ['context.vignet.cutout(id, {}, { signal: context.caller.signal })'],
  ],
  ['ports.contents(principal)', ['ports.contents()']],
];

const texts = new Map<string, string>();
const fileOf = (statement: string): string => {
  const name = join(root, 'test/access', `statement-${texts.size}.ts`);
  texts.set(name, `${before}\nvoid ${statement};\n`);
  return name;
};
const files = cases.map(([right, forgotten]) => ({
  right: { statement: right, file: fileOf(right) },
  forgotten: forgotten.map((statement) => ({ statement, file: fileOf(statement) })),
}));

/** The compiler on files that are not there, with the project's own settings. */
function program(): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const all = { ...options, noUnusedLocals: false, noEmit: true };
  const host = ts.createCompilerHost(all);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) => {
    const text = texts.get(name);
    return text === undefined
      ? getSourceFile(name, language, ...rest)
      : ts.createSourceFile(name, text, language);
  };
  return ts.createProgram([...texts.keys()], all, host);
}

describe('a program', () => {
  const compiled = program();
  const errors = (file: string): string[] => {
    const source = compiled.getSourceFile(file);
    const found = [...compiled.getSyntacticDiagnostics(source), ...compiled.getSemanticDiagnostics(source)];
    // In its last statement, the one that is tried.
    return found.map(({ messageText, start = 0 }) => {
      expect(start).toBeGreaterThan(before.length);
      return ts.flattenDiagnosticMessageText(messageText, ' ');
    });
  };

  it.each(files)('that says who asks compiles: $right.statement', ({ right, forgotten }) => {
    expect(errors(right.file)).toEqual([]);
    for (const { statement, file } of forgotten) expect(errors(file), statement).toHaveLength(1);
  });
});

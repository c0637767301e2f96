// What the documentation shows works; see blocks.ts for how a block is marked to be run.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { commands as makers } from '../../src/cli/commands.ts';
import { type RealService, realService } from '../service/real.ts';
import { blocks, root } from './blocks.ts';

const run = promisify(execFile);
let service: RealService;
let folder = '';

beforeAll(async () => {
  service = await realService();
  // Inside the checkout, where `import … from 'vignet'` finds this package.
  mkdirSync(join(root, '.vignet'), { recursive: true });
  folder = mkdtempSync(join(root, '.vignet/docs-'));
});

afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const programs: Record<string, { command: string; args: readonly string[]; file: string }> = {
  sh: { command: 'bash', args: ['-euo', 'pipefail'], file: 'block.sh' },
  js: { command: process.execPath, args: [], file: 'block.mjs' },
  python: { command: '/usr/bin/python3', args: [], file: 'block.py' },
};

describe('a marked block runs', () => {
  it.each(blocks.filter(({ marked }) => marked))('$place', async ({ language, text }) => {
    const program = programs[language];
    if (!program) throw new Error(`blocks of '${language}' cannot be run; sh, js and python can`);
    const cwd = mkdtempSync(join(folder, 'block-'));
    const here = text
      .replaceAll('http://localhost:8080', service.url)
      .replaceAll('.vignet/sample/archive', inject('sample'))
      .replaceAll('npx vignet', `"${process.execPath}" "${join(root, 'bin/vignet.mjs')}"`);
    writeFileSync(join(cwd, program.file), here);
    const { VIGNET_ARCHIVE: _, ...env } = process.env;
    const { stdout } = await run(program.command, [...program.args, program.file], { cwd, env });
    // curl is content with any answer, and so writes an error document where a FITS file was wanted.
    const written = [...text.matchAll(/-o (\S+\.(fits|png))/g)].map(([, name = '', kind]) => ({
      name,
      kind,
    }));
    for (const { name, kind } of written) {
      const begin = readFileSync(join(cwd, name)).toString('latin1', 0, 30);
      expect(begin, name).toMatch(kind === 'png' ? /^\x89PNG/ : /^SIMPLE {2}=/);
    }
    expect(stdout.length + written.length).toBeGreaterThan(0);
  });
});

const commands = await Promise.all(Object.values(makers).map((make) => make()));
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);

/** What a block uses that there is not. */
function unknown(text: string): string[] {
  const wrong: string[] = [];
  const lines = text.replace(/\\\n/g, ' ').replace(/(^|\s)#.*$/gm, '');
  for (const [, name = '', rest = ''] of lines.matchAll(/(?:^|[\s("'$])vignet ([a-z][\w-]*)([^|;&\n]*)/gm)) {
    const command = commands.find((one) => one.name() === name);
    if (!command) wrong.push(`vignet ${name}`);
    const known = ['-h', '--help', ...(command?.options ?? []).flatMap(({ long, short }) => [long, short])];
    for (const [, option = ''] of rest.matchAll(/\s(--?[a-z][\w-]*)/g))
      if (!known.includes(option)) wrong.push(`vignet ${name} ${option}`);
  }
  for (const [, name = ''] of lines.matchAll(/\bnpm (?:run )?(start|test(?::\w+)?|(?<=run )[\w:]+)/g))
    if (!scripts.includes(name)) wrong.push(`npm run ${name}`);
  for (const [path] of lines.matchAll(
    /(?<![\w./])(scripts|examples|bench|bin|test)\/[\w./-]+\.(mjs|sh|py|ts)\b/g,
  ))
    if (!existsSync(join(root, path))) wrong.push(path);
  return wrong;
}

describe('a block uses only what there is', () => {
  it.each(blocks)('$place', async ({ text }) => {
    expect(unknown(text)).toEqual([]);
    for (const [, path = ''] of text.matchAll(/http:\/\/localhost:8080(\/[\w/.-]*)/g))
      expect((await fetch(service.url + path)).status, path).not.toBe(404);
  });

  it('and this is noticed', () => {
    expect(unknown('vignet fetch x')).toEqual(['vignet fetch']);
    expect(unknown('npx vignet ls --jsom | head')).toEqual(['vignet ls --jsom']);
    expect(unknown('npm run nothing\nnode scripts/none.mjs')).toEqual([
      'npm run nothing',
      'scripts/none.mjs',
    ]);
    expect(unknown('npm run bench -- --quick\nnpm test\nvignet ls --json # --jsom')).toEqual([]);
  });
});

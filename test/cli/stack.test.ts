// `vignet stack` as a process.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { run, vignet } from './run.ts';

const archive = inject('sample');
const folder = mkdtempSync(join(tmpdir(), 'vignet-cli-stack-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function place(): Promise<{ ra: number; dec: number }> {
  const { stdout } = await vignet(['ls', '--json', '--type', 'visit_image', '--archive', archive]);
  const row = JSON.parse(stdout.split('\n', 1)[0] ?? '') as { s_ra: number; s_dec: number };
  return { ra: row.s_ra, dec: row.s_dec };
}

describe('stack', () => {
  it('writes a table, reports as JSON, and says what is wrong', async () => {
    const { ra, dec } = await place();
    const output = join(folder, 'stack.fits');
    const at = ['--archive', archive, '--ra', String(ra), '--dec', String(dec)];
    const made = await vignet([
      'stack',
      ...at,
      '--size',
      '21',
      '--detail',
      'MaskedImage',
      '-o',
      output,
      '--json',
    ]);
    expect(made.code).toBe(0);
    const report = JSON.parse(made.stderr) as { observations: number; size: number; bytes: number };
    expect(report).toMatchObject({ output, size: 21, overflow: false });
    expect(report.observations).toBeGreaterThan(0);
    expect(readFileSync(output).length).toBe(report.bytes);
    expect(await run('fitsverify', ['-q', '-e', output])).toMatchObject({ code: 0 });

    const piped = await vignet(['stack', ...at, '--format', 'votable', '-o', '-']);
    expect(piped.stdout).toContain('</VOTABLE>');
    expect(await vignet(['stack', ...at, '--size', '0'])).toMatchObject({ code: 2 });
    expect(await vignet(['stack', '--archive', archive, '--ra', '1', '--dec', '-80'])).toMatchObject({
      code: 2,
    });
  });
});

// The documented examples, run as they are.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealService, realService } from '../service/real.ts';

const run = promisify(execFile);
const examples = resolve(import.meta.dirname, '../../examples');
let service: RealService;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vignet-examples-'));
  service = await realService();
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

async function example(program: string, file: string, ...more: string[]): Promise<string> {
  const [sample] = service.samples;
  const env = {
    ...process.env,
    VIGNET: service.url,
    ID: sample?.id,
    CIRCLE: `${sample?.lon} ${sample?.lat} ${sample?.radius}`,
    RA: String(sample?.lon),
    DEC: String(sample?.lat),
  };
  const { stdout } = await run(program, [join(examples, file), ...more], { cwd: folder, env });
  return stdout;
}

describe('examples', () => {
  it('curl', async () => {
    await example('sh', 'cutout.sh', 'curl.fits');
    await run('fitsverify', ['-q', '-e', join(folder, 'curl.fits')]);
  });

  it('astropy', async () => {
    const out = await example('/usr/bin/python3', 'cutout_astropy.py');
    for (const name of ['IMAGE', 'MASK', 'VARIANCE']) expect(out).toContain(name);
    const [, lon, lat] = /pixels around (\S+) (\S+)/.exec(out) ?? [];
    const { samples } = service;
    expect(Math.abs(Number(lon) - (samples[0]?.lon ?? 0))).toBeLessThan(1e-3);
    expect(Math.abs(Number(lat) - (samples[0]?.lat ?? 0))).toBeLessThan(1e-3);
  });

  it('pyVO', async () => {
    expect(await example('/usr/bin/python3', 'cutout_pyvo.py')).toContain('IMAGE');
  });

  it('a light curve', async () => {
    const out = await example('/usr/bin/python3', 'stack_lightcurve.py');
    expect(out).toMatch(/\d+ observations of 51 x 51 pixels/);
  });

  it('node', async () => {
    const out = await example(process.execPath, 'cutout.mjs');
    expect(out).toContain('cutout.fits: application/fits');
    const picture = await readFile(join(folder, 'cutout.png'));
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
  });
});

/** The sample archive as stacks see it, and its truth. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import type { Archive } from '../../src/archive/archive.ts';
import type { Limits } from '../../src/products/limits.ts';
import type { Stack } from '../../src/products/stack/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseStack } from '../../src/vo/stack/request.ts';

export const scratch = mkdtempSync(join(tmpdir(), 'vignet-stack-'));
const open: Vignet[] = [];

afterAll(async () => {
  await Promise.all(open.map((vignet) => vignet.close()));
  rmSync(scratch, { recursive: true, force: true });
});

export async function openVignet(folder = inject('sample'), limits: Partial<Limits> = {}): Promise<Vignet> {
  const vignet = await Vignet.open(folder, { engine: { threads: 2 }, limits });
  open.push(vignet);
  return vignet;
}

export type Parameters = Readonly<Record<string, string | readonly string[]>>;

export function pairsOf(parameters: Parameters): [string, string][] {
  return Object.entries(parameters).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
}

export function ask(vignet: Vignet, parameters: Parameters): Promise<Stack> {
  return vignet.stack(parseStack(pairsOf(parameters)), { principal: ANONYMOUS });
}

/** The bytes of a stack in a file for oracles. */
export async function written(stack: Stack, name = 'stack.fits'): Promise<string> {
  const path = join(scratch, name);
  writeFileSync(path, await stack.bytes());
  return path;
}

/** Absolute paths by publisher ID. */
export async function filesOf(archive: Archive): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const rows of archive.as(ANONYMOUS).list())
    for (const row of rows) files[row.id] = row.absolutePath;
  return files;
}

/** Rows of a CSV file as records. */
export function csv(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, n) => [names[n] ?? '', cell])));
}

export const truthFolder = () => join(inject('sample'), '../files/truth');

/** What fitsverify says: nothing where all is well. */
export function fitsverify(path: string): string {
  try {
    const said = execFileSync('fitsverify', ['-q', path], { encoding: 'utf8' });
    return /verification OK/.test(said) ? '' : said;
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}

/** A variable star seen often, and its light curve. */
export function variableStar(): { place: { RA: string; DEC: string }; curve: Record<string, string>[] } {
  const curves = new Map<string, Record<string, string>[]>();
  for (const row of csv(join(truthFolder(), 'lightcurves.csv')))
    curves.set(row.source ?? '', [...(curves.get(row.source ?? '') ?? []), row]);
  // Bright enough to be measured, not so bright that it saturates.
  const usable = [...curves].filter(([, rows]) =>
    rows.every(({ flux }) => Number(flux) > 2000 && Number(flux) < 3e5),
  );
  const [id, rows] = usable.sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const star = csv(join(truthFolder(), 'sources.csv')).find((row) => row.id === id);
  if (!star || !rows) throw new Error('no usable variable star');
  return { place: { RA: star.ra ?? '', DEC: star.dec ?? '' }, curve: rows };
}

/** Share of the light of the simulation's PSF within a radius (docs/simulate.md), arc seconds. */
export function enclosed(fwhm: number, radius: number): number {
  const parts = [
    [0.8, 1],
    [0.15, 2],
    [0.04, 5],
    [0.01, 14],
  ] as const;
  const profile = (r: number, sigma: number) =>
    parts.reduce(
      (sum, [share, width]) => sum + (share / width ** 2) * Math.exp(-0.5 * (r / (sigma * width)) ** 2),
      0,
    );
  let [low, high] = [fwhm / 10, fwhm];
  for (let n = 0; n < 60; n++) {
    const sigma = (low + high) / 2;
    if (profile(fwhm / 2, sigma) > profile(0, sigma) / 2) high = sigma;
    else low = sigma;
  }
  return parts.reduce(
    (sum, [share, width]) => sum + share * (1 - Math.exp(-0.5 * (radius / (low * width)) ** 2)),
    0,
  );
}

/** Width of the PSF of every dataset, arc seconds. */
export function seeingOf(): Map<string, number> {
  const text = execFileSync('cat', [join(truthFolder(), 'datasets.ndjson')], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; fwhm_arcsec: number });
  return new Map(rows.map(({ id, fwhm_arcsec }) => [id, fwhm_arcsec]));
}

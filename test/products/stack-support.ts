/** The sample archive as stacks see it, and its truth. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import type { Archive } from '../../src/archive/index.ts';
import type { Stack } from '../../src/products/stack/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseStack } from '../../src/vo/stack.ts';

export const scratch = mkdtempSync(join(tmpdir(), 'vignet-stack-'));
const open: Vignet[] = [];

afterAll(async () => {
  await Promise.all(open.map((vignet) => vignet.close()));
  rmSync(scratch, { recursive: true, force: true });
});

export async function openVignet(folder = inject('sample')): Promise<Vignet> {
  const vignet = await Vignet.open(folder, { engine: { threads: 2 } });
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
  return vignet.stack(parseStack(pairsOf(parameters)));
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
  for await (const rows of archive.list()) for (const row of rows) files[row.id] = row.absolutePath;
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

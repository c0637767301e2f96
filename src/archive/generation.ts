/** Generations: immutable folders `generations/<n>`, and the pointer `CURRENT` to the newest published one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { native } from '../addon/addon.ts';
import type { DatasetIndex } from '../addon/dataset-index.ts';
import { syncFile, syncFolder, writeAtomic } from '../base/atomic-file.ts';
import { callNative } from '../base/to-vignet-error.ts';
import { CATALOG_FILES } from '../catalog/open.ts';

/** The index of a generation: whole, or what it changes of the one that is its base. */
export const INDEX_FILE = 'index.vgi';
/** The whole index of an earlier generation, under a further name. */
export const BASE_INDEX_FILE = 'index.base.vgi';
/** How many generations stay: the current one, and those a slow reader may still be about to open. */
const KEEP = 2;

export function generationPath(archive: string, number: number): string {
  return join(archive, 'generations', String(number));
}

/** The index in a generation's folder. Throws VignetError data BAD_INDEX, FILE_GONE; transient OPEN_FAILED. */
export function openIndexIn(folder: string): DatasetIndex {
  return callNative(() => native.openIndex(join(folder, INDEX_FILE), join(folder, BASE_INDEX_FILE)));
}

const catalogFiles = (folder: string) => CATALOG_FILES.filter((name) => existsSync(join(folder, name)));

function isComplete(archive: string, number: number): boolean {
  const folder = generationPath(archive, number);
  return catalogFiles(folder).length > 0 && existsSync(join(folder, INDEX_FILE));
}

/** Numbers of the complete generations, newest first. A folder gets its number only when it is complete. */
export function generations(archive: string): number[] {
  let names: string[];
  try {
    names = readdirSync(join(archive, 'generations'));
  } catch {
    return [];
  }
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

/** The complete generation that CURRENT names; undefined when it is damaged, missing or names none. */
export function pointedGeneration(archive: string): number | undefined {
  let text = '';
  try {
    text = readFileSync(join(archive, 'CURRENT'), 'utf8').trim();
  } catch {
    // Missing or unreadable: as damaged.
  }
  return /^[1-9]\d{0,14}$/.test(text) && isComplete(archive, Number(text)) ? Number(text) : undefined;
}

/**
 * The number CURRENT points to. A pointer that is damaged, missing or points nowhere is no disaster, as every numbered
 * folder is whole: then it is the newest of them. 0 when nothing was ever published.
 */
export function currentGeneration(archive: string): number {
  return (
    pointedGeneration(archive) ?? generations(archive).find((number) => isComplete(archive, number)) ?? 0
  );
}

/** The number of the next generation to be published. */
export function nextGeneration(archive: string): number {
  return Math.max(currentGeneration(archive), generations(archive)[0] ?? 0) + 1;
}

/** A folder in which the next generation is made; no reader opens it. */
export async function draftGeneration(archive: string): Promise<string> {
  const draft = join(archive, 'generations', 'next');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  return draft;
}

/** Makes the draft the current generation, durably, and removes unused ones. */
export async function publishGeneration(archive: string, draft: string): Promise<number> {
  for (const name of await readdir(draft)) await syncFile(join(draft, name));
  await syncFolder(draft);
  const number = nextGeneration(archive);
  await rename(draft, generationPath(archive, number));
  await syncFolder(join(archive, 'generations'));
  await writeAtomic(join(archive, 'CURRENT'), `${number}\n`);
  for (const old of generations(archive)
    .filter((other) => other !== number)
    .slice(KEEP - 1)) {
    await rm(generationPath(archive, old), { recursive: true, force: true });
  }
  return number;
}

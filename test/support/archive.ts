// Folders for tests, and files to put in them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { plainImage, type Value } from './fits.ts';

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'vignet-archive-'));
  made.push(path);
  return path;
}

/** A small TAN image at a place of its own. */
export const imageAt = (ra: number, dec: number, cards: Record<string, Value> = {}) =>
  plainImage(40, 30, { CRVAL1: ra, CRVAL2: dec, ...cards });

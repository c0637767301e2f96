/** A small sky of two tracts, its archive, and mosaics of it. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet, type VignetOptions } from '../../src/products/vignet.ts';
import { simulate } from '../../src/simulate/index.ts';
import { type MosaicRequest, parseMosaic } from '../../src/vo/mosaic/request.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-mosaic-'));
const open: Vignet[] = [];

afterAll(async () => {
  await Promise.all(open.map((vignet) => vignet.close()));
  rmSync(folder, { recursive: true, force: true });
});

let made: Promise<string> | undefined;

/** Coadds of 170 x 170 pixels around a place where two tracts meet, nine patches of each. */
export function skyFolder(): Promise<string> {
  made ??= (async () => {
    const out = join(folder, 'sky');
    await simulate({
      ...{ out, scale: 0.05, visits: 0, types: ['deep_coadd'], coaddBands: ['r'], tracts: 2, patches: 9 },
      ...{ fullSize: 0, density: 4, workers: 0 },
    });
    return out;
  })();
  return made;
}

let copies = 0;

/** An archive of the sky; `spoil` may change the files after ingest, which are this archive's own. */
export async function archiveOf(
  options: VignetOptions = {},
): Promise<{ vignet: Vignet; sky: string; archive: string }> {
  const n = ++copies;
  const sky = join(folder, `sky-${n}`);
  cpSync(await skyFolder(), sky, { recursive: true, preserveTimestamps: true });
  const archive = join(folder, `archive-${n}`);
  await ingest(archive, [sky], { collection: 'sim', repo: 'sim' });
  const vignet = await Vignet.open(archive, { engine: { threads: 2 }, ...options });
  open.push(vignet);
  return { vignet, sky, archive };
}

export function asked(parameters: Readonly<Record<string, string>>): MosaicRequest {
  return parseMosaic(Object.entries(parameters));
}

/** To a file, for oracles. */
export function saved(bytes: Uint8Array, name = 'mosaic.fits'): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Small simulated epochs of one piece of sky, in archives of their own. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { Oracle } from '../accuracy/oracle.ts';

export const scratch = mkdtempSync(join(tmpdir(), 'vignet-combine-'));
export const oracle = new Oracle('combine_oracle.py');
const open: Vignet[] = [];

afterAll(async () => {
  await Promise.all([oracle.close(), ...open.map((vignet) => vignet.close())]);
  rmSync(scratch, { recursive: true, force: true });
});

/** What the oracle makes of an epoch; offsets in pixels, angles in degrees, levels in nJy. */
export interface Epoch {
  readonly dx?: number;
  readonly dy?: number;
  readonly turn?: number;
  readonly sigma?: number;
  readonly fwhm?: number;
  readonly background?: number;
  readonly unit?: 'nJy' | 'uJy';
  readonly visit?: number;
  readonly detector?: number;
  readonly rays?: readonly (readonly [x: number, y: number, value: number])[];
  readonly flags?: readonly (readonly [x: number, y: number, name: string])[];
  readonly holes?: readonly (readonly [x: number, y: number])[];
  /** Without mask and variance. */
  readonly bare?: boolean;
  readonly noWcs?: boolean;
}

/** A star at arc seconds east and north of the middle; `light`: its brightness, `track`: its place, by epoch. */
export interface Star {
  readonly flux: number;
  readonly at?: readonly [number, number];
  readonly track?: readonly (readonly [number, number])[];
  readonly light?: readonly number[];
}

export interface Sky {
  readonly size: number;
  readonly seed: number;
  readonly epochs: readonly Epoch[];
  readonly stars?: readonly Star[];
  /** Mask planes besides the usual. */
  readonly names?: number;
}

export const closeLater = (vignet: Vignet) => open.push(vignet);

let made = 0;

export async function archiveOf(sky: Sky): Promise<{ vignet: Vignet; folder: string }> {
  const folder = join(scratch, `epochs-${++made}`);
  await oracle.ask('make', { ...sky, folder });
  await ingest(`${folder}-archive`, [folder], { collection: 'sim', repo: 'sim' });
  const vignet = await Vignet.open(`${folder}-archive`, { engine: { threads: 2 } });
  open.push(vignet);
  return { vignet, folder };
}

export const everything = { CIRCLE: '150 2 0.1', DPSUBTYPE: 'visit_image', CUTOUTDETAIL: 'MaskedImage' };

let files = 0;

/** The mosaic in a file. */
export async function mosaicOf(
  vignet: Vignet,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const mosaic = await vignet.mosaic(parseMosaic(Object.entries(parameters)), { principal: ANONYMOUS });
  const path = join(scratch, `mosaic-${++files}.fits`);
  writeFileSync(path, (await mosaic?.bytes()) ?? '');
  return path;
}

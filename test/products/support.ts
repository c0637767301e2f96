/** A simulated image of moderate size, and engines that cut it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import type { LayoutInfo } from '../../src/addon/layout.ts';
import type { ResolvedDataset } from '../../src/base/dataset.ts';
import type { FileSource } from '../../src/base/sources.ts';
import { Engine, type EngineOptions } from '../../src/engine/engine.ts';
import { simulate } from '../../src/simulate/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-products-'));
const engines: Engine[] = [];

afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  rmSync(folder, { recursive: true, force: true });
});

export function engineOf(options: EngineOptions = {}): Engine {
  const engine = new Engine({ threads: 2, ...options });
  engines.push(engine);
  return engine;
}

export interface Simulated {
  readonly dataset: ResolvedDataset<FileSource>;
  readonly info: LayoutInfo;
  /** Absolute path, for oracles. */
  readonly file: string;
}

/** One visit image of some 1221 x 1200 pixels: 17 MB with its three planes, so that whole answers are streamed. */
export async function simulated(scale = 0.3): Promise<Simulated> {
  const out = join(folder, String(scale));
  const { files } = await simulate({
    out,
    scale,
    visits: 1,
    detectors: 1,
    fullSize: 0,
    bands: ['r'],
    types: ['visit_image'],
    workers: 0,
  });
  const path = files[0]?.path as string;
  const source = { root: out, path };
  const { layout } = native.readLayout([{ source }]);
  const dataset = {
    id: 'ivo://vignet.test/image?repo=t&id=1',
    layout,
    sources: [source],
    version: 'v1',
    name: 'visit',
  };
  return { dataset, info: native.describeLayout(layout), file: join(out, path) };
}

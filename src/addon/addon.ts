/** Loads the addon. Nothing else in the project does; each product has the types of its calls in a file of its own. */
import { createRequire } from 'node:module';
import type { CutoutCalls } from './cutout.ts';
import type { IndexCalls } from './dataset-index.ts';
import type { LayoutCalls } from './layout.ts';
import type { MemoryCalls } from './memory.ts';
import type { MosaicCalls } from './mosaic.ts';
import type { RenderCalls } from './render.ts';
import type { SimulateCalls } from './simulate.ts';
import type { StackCalls } from './stack.ts';

export interface Native
  extends LayoutCalls,
    CutoutCalls,
    StackCalls,
    MosaicCalls,
    RenderCalls,
    IndexCalls,
    MemoryCalls,
    SimulateCalls {
  readonly versions: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);
const root = new URL('../../', import.meta.url);

export const native: Native = require(new URL('build/Release/vignet.node', root).pathname);

/** Loads the addon. Nothing else in the project does; each product has the types of its calls in a file of its own. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { VignetError } from '../base/errors.ts';
import type { CutoutCalls } from './cutout.ts';
import type { IndexCalls } from './dataset-index.ts';
import type { LayoutCalls } from './layout.ts';
import type { MemoryCalls } from './memory.ts';
import type { MosaicCalls } from './mosaic.ts';
import type { RenderCalls } from './render.ts';
import type { SimulateCalls } from './simulate.ts';
import type { StackCalls } from './stack.ts';
import type { TimeCalls } from './time.ts';

export interface Native
  extends LayoutCalls,
    CutoutCalls,
    StackCalls,
    MosaicCalls,
    RenderCalls,
    IndexCalls,
    MemoryCalls,
    SimulateCalls,
    TimeCalls {
  readonly versions: Readonly<Record<string, string>>;
}

/** Throws VignetError `fatal` NOT_BUILT where the addon has not been compiled. */
function load(): Native {
  const file = fileURLToPath(new URL('../../build/Release/vignet.node', import.meta.url));
  if (!existsSync(file)) {
    const remedy = 'run "npx vignet build" (in a clone of the repository: "npm start")';
    throw new VignetError('fatal', 'NOT_BUILT', `the addon has not been compiled; ${remedy}`);
  }
  return createRequire(import.meta.url)(file);
}

export const native = load();

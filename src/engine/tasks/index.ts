/** Every kind of task that a thread can run. A new kind is a file beside this one and a line here. */
import type { AnyTaskKind } from '../task-kind.ts';
import { colourTask } from './colour.ts';
import { compressTask } from './compress.ts';
import { coverageTask } from './coverage.ts';
import { describeTask } from './describe.ts';
import { digestTask } from './digest.ts';
import { fillTask } from './fill.ts';
import { imagesTask } from './images.ts';
import { indexSearchTask } from './index-search.ts';
import { layoutTask } from './layout.ts';
import { locateTask } from './locate.ts';
import { mosaicTask } from './mosaic.ts';
import { mosaicMatchTask } from './mosaic-match.ts';
import { mosaicPlanTask } from './mosaic-plan.ts';
import { mosaicSaveTask } from './mosaic-save.ts';
import { mosaicSkyTask } from './mosaic-sky.ts';
import { planTask } from './plan.ts';
import { previewTask } from './preview.ts';
import { probeTask } from './probe.ts';
import { rawCardsTask } from './raw-cards.ts';
import { readyTask } from './ready.ts';
import { renderTask } from './render.ts';
import { seekTask } from './seek.ts';
import { sheetTask } from './sheet.ts';
import { stackTask } from './stack.ts';

const all: readonly AnyTaskKind[] = [
  ...[readyTask, planTask, fillTask, locateTask, stackTask],
  ...[mosaicPlanTask, mosaicTask, mosaicSkyTask, mosaicMatchTask, mosaicSaveTask],
  ...[
    compressTask,
    renderTask,
    colourTask,
    imagesTask,
    layoutTask,
    seekTask,
    indexSearchTask,
    coverageTask,
    sheetTask,
    probeTask,
  ],
  ...[describeTask, rawCardsTask, previewTask, digestTask],
];

export const taskKinds: ReadonlyMap<string, AnyTaskKind> = new Map(all.map((kind) => [kind.kind, kind]));

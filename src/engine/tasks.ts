/** What can be run in the pool: plain JSON but for byte arrays, so that a task could run on another machine. */

import type { Native } from '../addon/addon.ts';
import type { CutoutPlan, CutoutRequest, FillTask, Progress } from '../addon/cutout.ts';
import type { ExposureInfo, LayoutInfo, LayoutSource } from '../addon/layout.ts';
import type {
  MosaicPlan,
  MosaicPlanTask,
  MosaicProgress,
  MosaicSaved,
  MosaicSaveTask,
  MosaicSky,
  MosaicSkyTask,
  MosaicTask,
} from '../addon/mosaic.ts';
import type { ColourChannel, ColourOptions, RenderOptions } from '../addon/render.ts';
import type { StackProgress, StackTask } from '../addon/stack.ts';
import type { Source } from '../base/dataset.ts';
import type { Box, Stencil } from '../base/sky.ts';
import type { PlainError } from '../base/to-vignet-error.ts';

/** From a stencil (or a box, or nothing: the whole image) to a box and a plan. `result` undefined: no overlap. */
export interface PlanTask {
  readonly kind: 'plan';
  readonly layout: Uint8Array;
  readonly stencil?: Stencil;
  readonly request: CutoutRequest;
}

export interface PlannedCutout {
  readonly box?: Box;
  readonly plan: CutoutPlan;
}

/** Writes a window of an answer into `out`, which must stand on shared memory. May yield and be resumed at its cursor. */
export interface FillWork {
  readonly kind: 'fill';
  readonly task: FillTask;
  readonly out: Uint8Array;
}

/** Where stamps lie. Layouts that share one buffer are sent as one. */
export interface LocateTask {
  readonly kind: 'locate';
  readonly layouts: readonly Uint8Array[];
  readonly positions: Float64Array;
  readonly size: number;
}

/** Writes stamps into `out`, which must stand on shared memory. May yield and be resumed at its cursor. */
export interface StackWork {
  readonly kind: 'stack';
  readonly task: StackTask;
  readonly out: Uint8Array;
}

/** Places datasets on the grid of a mosaic. */
export interface MosaicPlanWork {
  readonly kind: 'mosaic-plan';
  readonly task: MosaicPlanTask;
}

/** Writes rows of a mosaic into `out`, which must stand on shared memory. May yield and be resumed at its cursor. */
export interface MosaicWork {
  readonly kind: 'mosaic';
  readonly task: MosaicTask;
  readonly out: Uint8Array;
}

/** Looks at one input of a mosaic. */
export interface MosaicSkyWork {
  readonly kind: 'mosaic-sky';
  readonly task: MosaicSkyTask;
}

/** Finds the constants that make inputs agree. */
export interface MosaicMatchWork {
  readonly kind: 'mosaic-match';
  readonly skies: readonly (MosaicSky | null)[];
}

/** Writes rows of a mosaic into a file. May yield and be resumed at its cursor. */
export interface MosaicSaveWork {
  readonly kind: 'mosaic-save';
  readonly task: MosaicSaveTask;
}

export interface CompressTask {
  readonly kind: 'compress';
  readonly fits: Uint8Array;
  readonly options: Parameters<Native['compressFits']>[1];
}

export interface RenderTask {
  readonly kind: 'render';
  readonly fits: Uint8Array;
  readonly options: RenderOptions;
}

export interface ColourTask {
  readonly kind: 'colour';
  readonly channels: readonly ColourChannel[];
  readonly options: ColourOptions;
}

/** Reads and describes a dataset's layout. */
export interface LayoutTask {
  readonly kind: 'layout';
  readonly sources: readonly LayoutSource[];
}

export interface LayoutResult {
  readonly layout: Uint8Array;
  readonly info: LayoutInfo;
  readonly exposure: ExposureInfo;
}

/** Makes the seek points of a dataset. `result` undefined: nothing worth storing. */
export interface SeekTask {
  readonly kind: 'seek';
  readonly layout: Uint8Array;
  readonly sources: readonly Source[];
}

/** Nothing: whoever answers has started. */
export interface ReadyTask {
  readonly kind: 'ready';
}

export type Task =
  | ReadyTask
  | PlanTask
  | FillWork
  | LocateTask
  | StackWork
  | MosaicPlanWork
  | MosaicWork
  | MosaicSaveWork
  | MosaicSkyWork
  | MosaicMatchWork
  | CompressTask
  | RenderTask
  | ColourTask
  | LayoutTask
  | SeekTask;

/** What each kind of task gives. */
export interface TaskResults {
  ready: undefined;
  plan: PlannedCutout | undefined;
  fill: Progress;
  locate: { rows: Float64Array };
  stack: StackProgress;
  'mosaic-plan': MosaicPlan;
  /** Of each call, in the order of their rows. */
  mosaic: readonly MosaicProgress[];
  'mosaic-save': readonly MosaicSaved[];
  'mosaic-sky': MosaicSky;
  'mosaic-match': readonly number[];
  compress: Uint8Array;
  render: { width: number; height: number; rgba: Uint8Array };
  colour: { width: number; height: number; rgba: Uint8Array };
  layout: LayoutResult;
  seek: Uint8Array | undefined;
}

export type ResultOf<T extends { readonly kind: string }> = T['kind'] extends keyof TaskResults
  ? TaskResults[T['kind']]
  : unknown;

/** What the scheduler sends to a worker. `slot` numbers the control word. */
export interface WorkerOrder<T = Task> {
  readonly work: T;
  readonly slot: number;
  readonly cursor: number;
  readonly deadlineMs: number;
}

/** What comes back. Errors travel as values: a worker that throws is a worker that broke. */
export type WorkerOutcome =
  | { readonly result: unknown; readonly ms: number }
  | { readonly error: PlainError; readonly ms: number };

/** Given to every worker at its start. */
export interface WorkerSetup {
  readonly control: SharedArrayBuffer;
}

/** Control words stand this many bytes apart, so that polling one does not disturb the others. */
export const CONTROL_STRIDE = 64;

/** What the addon takes and gives for stacks. */
import type { Column } from '../base/column.ts';
import type { SeekSource, Source } from '../base/sources.ts';
import type { Resampling } from './mosaic.ts';
import type { AddonSource, Need, OrNeed } from './sources.ts';

/** Numbers that `locateStamps` gives for a layout, in this order; without a usable WCS all but `state`, width and height are NaN. */
export const placeColumns = [
  'x',
  'y',
  'state',
  'crval1',
  'crval2',
  'cd1_1',
  'cd1_2',
  'cd2_1',
  'cd2_2',
  'wcsError',
  'width',
  'height',
] as const;

/** A stretch of a stack's answer: bytes as they are, what is measured of the stamp, a plane of it, or zeros. */
export type StackPart =
  | Uint8Array
  | 'record'
  | 'image'
  | 'mask'
  | 'variance'
  /** The square root of the variance. */
  | 'error'
  /** QUALITY of a target pixel file. */
  | 'quality'
  | { readonly zeros: number };

export interface StackJob<S = Source> {
  readonly layout: Uint8Array;
  readonly sources: readonly S[];
  readonly seek?: SeekSource;
  /** The position in 0-based pixels of the image. */
  readonly x: number;
  readonly y: number;
  /** The same, ICRS degrees: the middle of a common grid, needed where there is one. */
  readonly lon?: number;
  readonly lat?: number;
  /** IMAGE is multiplied by this, VARIANCE by its square. */
  readonly scale: number;
  /** Whether a weight plane is an inverse variance; else it is not used. */
  readonly inverseVariance?: boolean;
  /** Pixels²; `weighted` as in PsfGrid, without which there is no PSFFLUX. */
  readonly psf?:
    | readonly [ixx: number, iyy: number, ixy: number]
    | readonly [ixx: number, iyy: number, ixy: number, weighted: number];
  /** Of one unit of the pixels as they are written; without it there are no magnitudes. */
  readonly nanojansky?: number;
  /** Byte of `out` at which the first part begins; the others follow. */
  readonly at: number;
  readonly parts: readonly StackPart[];
}

export interface StackTask<S = Source> {
  readonly size: number;
  /** The common dictionary: index is bit. */
  readonly maskNames: readonly string[];
  readonly maskBits: 32 | 64;
  /** Stamps are resampled onto a grid of their own, north up; `pixelScale` is in arc seconds. */
  readonly grid?: { readonly pixelScale: number } & Resampling;
  readonly jobs: readonly StackJob<S>[];
}

/** A dataset whose files are looked at. */
export interface ProbeInput<S = Source> {
  readonly layout: Uint8Array;
  readonly sources: readonly S[];
}

export interface FileProblem {
  readonly code: string;
  readonly reason: string;
}

export interface StackFailure {
  /** Index of the job. */
  readonly job: number;
  readonly code: string;
  readonly reason: string;
}

/** `done` counts jobs. With `need` it goes on there once these bytes are brought. */
export interface StackProgress {
  readonly done: number;
  readonly need?: Need;
  readonly failures: readonly StackFailure[];
}

/** Stamps of one dataset, pixels as they are stored; outside the image NaN, 0, or the mask's NO_DATA. */
export interface CutStampsTask {
  readonly layout: Uint8Array;
  readonly sources: readonly AddonSource[];
  readonly seek?: SeekSource;
  readonly size: number;
  readonly plane: 'image' | 'mask' | 'variance';
  /** `x y` of the centre pixels, 0-based; a centre stands at index floor(size / 2). */
  readonly centres: Int32Array;
}

/** What is measured of every stamp: columns of a fixed record, big-endian. */
export interface StackRecord {
  readonly bytes: number;
  /** Pixels. */
  readonly apertureRadius: number;
  readonly columns: readonly (Column & {
    /** In the unit of the IMAGE pixels. */
    readonly imageUnit: boolean;
    readonly offset: number;
  })[];
  /** Bits of FLAGS. */
  readonly flags: readonly { readonly name: string; readonly bit: number; readonly description: string }[];
  /** Mask names of older software, and what they are called now. */
  readonly maskNameChanges: Readonly<Record<string, string>>;
}

/** Stamps. */
export interface StackCalls {
  /** Where stamps of `size` pixels about positions (`lon lat`, ICRS degrees, per layout) lie: `placeColumns` per layout. */
  locateStamps(
    layouts: readonly Uint8Array[],
    positions: Float64Array,
    size: number,
    control: Int32Array,
    deadlineMs: number,
  ): { readonly rows: Float64Array };
  /** Whether the files of each dataset are as its layout says; without sources: not looked at. */
  probeFiles(
    inputs: readonly ProbeInput<AddonSource>[],
    control: Int32Array,
    deadlineMs: number,
  ): OrNeed<{ readonly problems: readonly (FileProblem | null)[] }>;
  /** Writes stamps into `out`. A job that fails is reported, its pixels have no data, and the others go on. */
  fillStack(
    task: StackTask<AddonSource>,
    out: Uint8Array,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): StackProgress;
  stackRecord(): StackRecord;
  /** Many stamps of one plane, each tile decoded once. `done` counts finished stamps, in the order of their last rows. */
  cutStamps(
    task: CutStampsTask,
    out: Uint8Array,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): { readonly done: number; readonly need?: Need };
}

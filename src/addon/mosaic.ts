/** What the addon takes and gives for mosaics. */
import type { Box, Stencil } from '../base/sky.ts';
import type { SeekSource, Source } from '../base/sources.ts';
import type { SizedPlace } from './cutout.ts';
import type { AddonSource, Need, OrNeed } from './sources.ts';

export type Kernel = 'nearest' | 'bilinear' | 'lanczos3' | 'lanczos4' | 'exact';
/** How pixels come onto another grid. */
export interface Resampling {
  readonly kernel: Kernel;
  /** Fluxes are kept, by the ratio of the pixels' areas, instead of values. */
  readonly flux: boolean;
  /** Pixels of the input that interpolated positions may be wrong by; 0: every one is exact. */
  readonly positionError: number;
}
/** How overlapping pixels of several inputs are combined. */
export type Combination = 'first' | 'mean' | 'weighted' | 'median' | 'clipped';
export type MosaicPlaneKind = 'image' | 'mask' | 'variance' | 'weight' | 'owner';

/** A rings skymap; `docs/mosaics.md` has the rules. */
export interface Rings {
  readonly rings: number;
  readonly raStart: number;
  readonly pixelScale: number;
  readonly tractOverlap: number;
  readonly inner: number;
}

export interface PatchKey {
  readonly tract: number;
  readonly patch: number;
}

export interface MosaicPlanTask<S = Source> {
  /** Sources are only opened, to see whether they are what they were; without any they are not. */
  readonly inputs: readonly {
    readonly layout: Uint8Array;
    readonly sources: readonly S[];
    readonly patch?: PatchKey;
    /** Whether a weight plane is an inverse variance; else it is delivered, and not used. */
    readonly inverseVariance?: boolean;
  }[];
  /** With it every input must have its patch. */
  readonly skymap?: Rings;
  readonly region?: Stencil;
  /** Exactly so much around its centre instead of all of the region, which should hold it: see `MosaicPlan.reach`. */
  readonly sized?: SizedPlace & { readonly edge: 'pad' | 'trim' | 'refuse' };
  /** Cards of the WCS to put all on, `\n` between them. */
  readonly grid?: string;
  /** Layout of a dataset whose grid to put all on. */
  readonly align?: Uint8Array;
  readonly unit?: string;
  readonly combine?: Combination;
  /** Detectors as they lie in the camera; without region and grid. */
  readonly camera?: boolean;
  readonly planes: boolean;
  readonly owners: boolean;
  /** Cards of the primary. */
  readonly provenance: readonly { readonly name: string; readonly value: string; readonly comment: string }[];
}

/** A mosaic's coordinates: a WCS whose first pixel is the mosaic's, and where that lies on the grid (of a tract). */
export interface MosaicFrame {
  readonly cards: string;
  readonly width: number;
  readonly height: number;
  readonly tract?: number;
  readonly x0: number;
  readonly y0: number;
}

export interface MosaicPlacement {
  /** Mosaic pixel = image pixel + shift: copied pixel by pixel. Absent: resampled. */
  readonly shift?: readonly [number, number];
  /** Of a detector in the camera, from x to y. */
  readonly quarterTurns?: number;
  /** Pixels of the mosaic that it may own; absent: none. */
  readonly box?: Box;
  /** Why it has no place, or no pixels, though it should. */
  readonly code?: string;
  readonly problem?: string;
}

export interface MosaicPlan {
  /** Width 0: nothing of the inputs lies in the region. */
  readonly frame: MosaicFrame;
  readonly inputs: readonly MosaicPlacement[];
  /** Index = bit. */
  readonly maskNames: readonly string[];
  readonly primary: string;
  readonly planes: readonly {
    readonly kind: MosaicPlaneKind;
    readonly bitpix: number;
    readonly header: string;
    /** Rows where windows begin, and the height. */
    readonly cuts: readonly number[];
  }[];
  readonly missingPlanes: readonly string[];
  readonly decodedPixels: number;
  /** Of a sized mosaic: degrees from the position to its farthest pixel. */
  readonly reach?: number;
  /** The input that owns the middle of the region, where all of the region lies on its image. */
  readonly single?: number;
}

/**
 * How pixels are assigned to inputs: to the image whose own centre is nearest; to the patch of a skymap; to the only input of the mosaic,
 * which then has no plane of owners; to the detector of a camera, each turned into its box; or to all inputs, combined.
 */
export type Assignment =
  | { readonly by: 'nearest' | 'single' | 'camera' }
  | { readonly by: 'skymap'; readonly skymap: Rings }
  | { readonly by: 'combine'; readonly combine: Combination };

/** Rows of a mosaic, whichever of its planes. */
export interface MosaicRows<S = Source> {
  readonly frame: MosaicFrame;
  readonly assignment: Assignment;
  /** Those whose boxes meet the rows, in the plan's order. */
  readonly inputs: readonly {
    readonly layout: Uint8Array;
    readonly sources: readonly S[];
    readonly seek?: SeekSource;
    readonly patch?: PatchKey;
    readonly inverseVariance?: boolean;
    /** In the owners' plane. */
    readonly number: number;
    readonly scale?: number;
    /** Added to pixels of the mosaic: scaled, and resampled unless they are copied. */
    readonly offset?: number;
    /** Above 0. */
    readonly weight?: number;
    /** Pixels of the mosaic where it may have any. */
    readonly box?: Box;
    /** As the plan says. */
    readonly shift?: readonly [number, number];
    readonly quarterTurns?: number;
  }[];
  readonly resampling: Resampling;
  readonly maskNames: readonly string[];
  readonly y0: number;
  readonly y1: number;
}

interface MosaicPart {
  readonly plane: MosaicPlaneKind;
  /** Pixels of 64 bits instead of 32. */
  readonly wide: boolean;
}

export interface MosaicTask<S = Source> extends MosaicRows<S>, MosaicPart {}

/** Rows of several planes, straight into a file. */
export interface MosaicSaveTask<S = Source> extends MosaicRows<S> {
  /** Its descriptor. */
  readonly file: number;
  /** `at`: where the plane's first pixel lies in the file. */
  readonly planes: readonly (MosaicPart & { readonly at: number })[];
}

/** An input of which some or all pixels could not be read. */
export interface MosaicFailure {
  readonly number: number;
  readonly code: string;
  readonly reason: string;
}

export interface MosaicProgress {
  /** A cursor; the length of `out` when all is done. */
  readonly done: number;
  /** DATASUM of what this call has finished; those of all calls, joined, are the window's. */
  readonly sum: number;
  /** First failure of each input since the cursor. */
  readonly failures: readonly MosaicFailure[];
  /** It goes on at `done` once these bytes are brought. */
  readonly need?: Need;
}

export interface MosaicSaved {
  /** Row to go on at; `y1` when all is done. */
  readonly done: number;
  /** DATASUM of the rows done by this call, and the first failures in them, by plane. */
  readonly planes: readonly { readonly sum: number; readonly failures: readonly MosaicFailure[] }[];
  /** It goes on at `done` once these bytes are brought. */
  readonly need?: Need;
}

/** One input, measured in cells of the mosaic's grid. */
export interface MosaicSkyTask<S = Source> {
  readonly frame: MosaicFrame;
  readonly input: MosaicRows<S>['inputs'][number];
  /** Whether its fluxes are kept. */
  readonly flux: boolean;
  /** Side of the cells in pixels. */
  readonly cell: number;
}

export interface MosaicSky {
  /** First cell, and how many there are. */
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
  /** Float32 in the machine's order: the median of each cell, NaN where there are too few pixels. */
  readonly medians: Uint8Array;
  /** Median of the cells' median variances; absent when none is known. */
  readonly variance?: number;
}

/** Mosaics. */
export interface MosaicCalls {
  planMosaic(task: MosaicPlanTask<AddonSource>, control: Int32Array, deadlineMs: number): OrNeed<MosaicPlan>;
  /** Coarse medians of an input. What cannot be read is NaN. */
  measureSky(task: MosaicSkyTask<AddonSource>, control: Int32Array, deadlineMs: number): OrNeed<MosaicSky>;
  /** Constants to add to each so that they agree where they overlap; 0 for null. */
  matchSkies(skies: readonly (MosaicSky | null)[], control: Int32Array, deadlineMs: number): number[];
  /** Writes rows of a plane. What cannot be read has no data and is reported. */
  fillMosaic(
    task: MosaicTask<AddonSource>,
    out: Uint8Array,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): MosaicProgress;
  /** The same into a file. Throws transient CANNOT_WRITE. */
  saveMosaic(
    task: MosaicSaveTask<AddonSource>,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): MosaicSaved;
}

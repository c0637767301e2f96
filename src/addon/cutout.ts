/** What the addon takes and gives for cutouts. */

import type { Box, Detail, Stencil } from '../base/sky.ts';
import type { FileSource, SeekSource, Source } from '../base/sources.ts';
import type { AddonSource, Need, OrNeed } from './sources.ts';

/** Pixels of an axis: `count` from `from` on (0-based), each `step` after the one before. */
export interface AxisRange {
  readonly from: number;
  readonly count: number;
  readonly step: number;
}

/** Of a cube; an axis that is absent is whole. */
export interface CubeRanges {
  readonly axis3?: AxisRange;
  readonly axis4?: AxisRange;
}

export interface CutoutRequest {
  readonly box?: Box;
  readonly depth?: CubeRanges;
  /** Whether the box may leave the image. */
  readonly pad?: boolean;
  readonly detail: Detail;
  /** By name, instead of those of `detail`. */
  readonly planes?: readonly string[];
  readonly datasetId?: string;
  readonly stencil?: string;
  readonly software?: string;
}

/** A box of a size around a position, ICRS degrees. */
export interface SizedPlace {
  readonly point: readonly [lon: number, lat: number];
  readonly width: number;
  readonly height: number;
  /** Of width and height; else pixels. */
  readonly arcsec: boolean;
}

export interface CutoutPlan {
  /** Absent: the whole image. */
  readonly box?: Box;
  /** Absent: all pixels of axes 3 and 4. */
  readonly depth?: CubeRanges;
  /** Slices of the first plane: 1 unless it is a cube. */
  readonly slices: number;
  readonly size: number;
  readonly checksums: boolean;
  readonly cuts: readonly number[];
  readonly missingPlanes: readonly string[];
  readonly decodedPixels: number;
}

/** A window of an answer to be written. */
export interface FillTask<S = Source> {
  readonly layout: Uint8Array;
  readonly sources: readonly S[];
  readonly seek?: SeekSource;
  readonly request: CutoutRequest;
  readonly begin: number;
}

/** `done` counts bytes of `out`. With `need` it goes on there once these bytes are brought. */
export interface Progress {
  readonly done: number;
  readonly need?: Need;
}

/** Cutouts, and the seek points that make them faster. */
export interface CutoutCalls {
  /**
   * Of the box of the stencil or the size, else of the request's; of a cube the channels that overlap `band` (metres) and the states of
   * `pol`. Undefined when stencil and image do not overlap, or no channel or state is asked for.
   */
  planCutout(layout: Uint8Array, request: CutoutRequest): CutoutPlan;
  planCutout(
    layout: Uint8Array,
    request: CutoutRequest & {
      readonly edge?: 'pad' | 'trim' | 'refuse';
      readonly band?: readonly [min: number, max: number];
      readonly pol?: readonly string[];
    },
    where: Stencil | SizedPlace | undefined,
  ): CutoutPlan | undefined;
  fillCutout(
    task: FillTask<AddonSource>,
    out: Uint8Array,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): Progress;
  /** Seek points of the planes whose tiles are rows, by a pass over all pixels; undefined when there is nothing worth storing. */
  buildSeek(
    layout: Uint8Array,
    sources: readonly FileSource[],
    control: Int32Array,
    deadlineMs: number,
  ): Uint8Array | undefined;
  buildSeek(
    layout: Uint8Array,
    sources: readonly AddonSource[],
    control: Int32Array,
    deadlineMs: number,
  ): OrNeed<Uint8Array | undefined>;
}

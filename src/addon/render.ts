/** What the addon takes and gives for pictures and for compressed answers. */

import type { FileSource, SeekSource, Source } from '../base/sources.ts';
import type { AddonSource, OrNeed } from './sources.ts';

/** Pixels of four bytes, top row first. */
export interface PictureRaster {
  readonly width: number;
  readonly height: number;
  /** No pixel is without data. */
  readonly opaque: boolean;
  /** Red, green and blue of every pixel are equal. */
  readonly grey: boolean;
  readonly rgba: Uint8Array;
}

export interface CompressOptions {
  readonly mode: 'gzip' | 'rice';
  /** Level of lossy floats; absent: lossless. */
  readonly quantize?: number;
}

export interface RenderOptions {
  readonly stretch: 'asinh' | 'linear' | 'sqrt' | 'log';
  /** What is black and white: values, percentiles of the pixels, or IRAF's zscale. Absent: by the sky and its noise. */
  readonly limits?:
    | { readonly kind: 'values' | 'percentiles'; readonly low: number; readonly high: number }
    | { readonly kind: 'zscale' };
  readonly cmap?: 'gray' | 'gray_r' | 'hot';
  /** Largest side of the picture in pixels; larger images are averaged down. */
  readonly maxSide: number;
}

/** A plain FITS file in memory, and where the first pixel of its image lies on the common grid. */
export interface ColourChannel {
  readonly fits: Uint8Array;
  readonly x0: number;
  readonly y0: number;
}

export interface ColourOptions {
  readonly q: number;
  /** In the unit of the channels. Absent: 10 times the noise. */
  readonly stretch?: number;
  /** What is black in each. Absent: the medians. */
  readonly minimum?: readonly [number, number, number];
  readonly maxSide: number;
}

/** The whole image of a dataset as a picture. */
export interface PreviewCall<S = Source> {
  readonly layout: Uint8Array;
  readonly sources: readonly S[];
  readonly seek?: SeekSource;
  readonly maxSide: number;
}

/** Finished FITS files into something else, and images into previews. */
export interface RenderCalls {
  /** As `render` of the plain FITS file of the image, with asinh and the automatic limits, a block of tiles at a time. */
  preview(task: PreviewCall<FileSource>, control: Int32Array, deadlineMs: number): PictureRaster;
  preview(task: PreviewCall<AddonSource>, control: Int32Array, deadlineMs: number): OrNeed<PictureRaster>;
  /** Grey pixels, top row first, of the first image HDU of a plain FITS file in memory. NaN is 0 with alpha 0. */
  render(fits: Uint8Array, options: RenderOptions, control: Int32Array, deadlineMs: number): PictureRaster;
  /** Three images of one grid, red, green and blue, by Lupton et al. 2004; transparent where one has no data. */
  renderColour(
    channels: readonly ColourChannel[],
    options: ColourOptions,
    control: Int32Array,
    deadlineMs: number,
  ): PictureRaster;
  /** Turns a finished plain FITS answer into a tile-compressed one. */
  compressFits(
    fits: Uint8Array,
    options: CompressOptions,
    control: Int32Array,
    deadlineMs: number,
  ): Uint8Array;
}

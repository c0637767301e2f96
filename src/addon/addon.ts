/** The addon's exports, typed. Nothing else in the project loads the addon. */
import { createRequire } from 'node:module';
import type { ChebyshevField, PsfGrid } from '../astronomy/observation.ts';
import type { SeekSource, Source } from '../base/dataset.ts';
import type { Box, Detail, Stencil } from '../base/sky.ts';
import type {
  Kernel,
  MosaicPlan,
  MosaicPlanTask,
  MosaicProgress,
  MosaicSaved,
  MosaicSaveTask,
  MosaicSky,
  MosaicSkyTask,
  MosaicTask,
} from './mosaic.ts';

export type { SeekSource, Source };

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Supplied pieces of a file instead of the file itself. */
export interface Extents {
  readonly size: number;
  readonly mtimeNs?: bigint;
  readonly extents: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

export interface LayoutSource {
  readonly source: Source | Extents;
  readonly role?: 'mask' | 'variance' | 'weight';
  readonly hdu?: number;
}

export interface CutoutRequest {
  readonly box?: Box;
  readonly detail: Detail;
  readonly datasetId?: string;
  readonly stencil?: string;
  readonly software?: string;
}

export interface CutoutPlan {
  readonly size: number;
  readonly checksums: boolean;
  readonly cuts: readonly number[];
  readonly lacking: readonly string[];
  readonly decodedPixels: number;
}

/** A window of an answer to be written. Plain JSON but for `layout`. */
export interface FillTask {
  readonly layout: Uint8Array;
  readonly sources: readonly (Source | Extents)[];
  readonly seek?: SeekSource;
  readonly request: CutoutRequest;
  readonly begin: number;
}

/** `done` counts bytes of `out`; `need` is only ever set when a source is a set of extents. */
export interface Progress {
  readonly done: number;
  readonly need?: readonly (readonly ByteRange[])[];
}

export interface PlaneInfo {
  readonly kind: 'image' | 'mask' | 'variance' | 'weight';
  readonly hdu: number;
  readonly file: number;
  readonly bitpix: number;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  readonly tile?: readonly [number, number];
  readonly dither?: string;
  readonly hasWcs: boolean;
  readonly xy0: readonly [number, number];
  /** Mask planes only: name -> bit. */
  readonly maskPlanes?: Readonly<Record<string, number>>;
}

export interface LayoutInfo {
  readonly planes: readonly PlaneInfo[];
  readonly hdus: readonly { readonly name: string; readonly offset: number; readonly bytes: number }[];
  readonly files: readonly { readonly size: number; readonly mtimeNs: string }[];
  /** Cards of the primary and of the image plane (which wins), first value of each keyword; HIERARCH names in full. */
  readonly cards: Readonly<Record<string, string | number | boolean>>;
  /**
   * Footprint of the image plane on the sky, ICRS degrees: vertices `lon lat …` along the pixel edges, or `lon lat radius` of a
   * circle that holds it (images too wide for a polygon); absent without a celestial WCS.
   */
  readonly footprint?: readonly number[];
  readonly center?: readonly [number, number];
  /** Radius in degrees of a circle about `center` that holds the footprint. */
  readonly radius?: number;
  /** Arc seconds per pixel at the centre. */
  readonly pixelScale?: number;
  readonly wcsNote?: string;
}

/** What a file says of its exposure beyond its cards: afw's archive tables, the tree of lsst.images. */
export interface ExposureInfo {
  /** From pixel values to nJy; an `error` of 0 was not stated. */
  readonly photometry?: {
    readonly scale: number;
    readonly error: number;
    readonly fields: readonly ChebyshevField[];
  };
  readonly psf?: PsfGrid;
  /** Positions count cells of the array in the HDU `PSF`. */
  readonly cellPsf?: PsfGrid;
  /** ixx, iyy, ixy of the exposure's summary statistics, pixel². */
  readonly meanPsf?: readonly [number, number, number];
  readonly band?: string;
  readonly physicalFilter?: string;
  readonly detector?: number;
  /** JSON as lsst.images writes it (with NaN and Infinity). */
  readonly tree?: string;
  /** Why something that is there could not be read. */
  readonly notes: readonly string[];
}

/** One row of the dataset index: what the hot path must know of a dataset. Unknown numbers are NaN. */
export interface IndexRow {
  readonly uuid: string;
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
  readonly footprint: readonly number[];
  readonly emMin: number;
  readonly emMax: number;
  readonly tMin: number;
  readonly tMax: number;
}

/** An opened dataset index (memory-mapped). Rows are numbered as they were given to `buildIndex`. */
export interface DatasetIndex {
  readonly size: number;
  /** The row with that UUID, or -1. */
  find(uuid: string): number;
  row(number: number): Omit<IndexRow, 'footprint'>;
  /** Rows whose footprint overlaps the stencil (or holds the point), ascending. */
  search(stencil: Stencil | { readonly point: readonly [number, number] }): Uint32Array;
  close(): void;
}

export interface RenderOptions {
  readonly stretch: 'asinh' | 'linear';
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

export interface StackJob {
  readonly layout: Uint8Array;
  readonly sources: readonly Source[];
  readonly seek?: SeekSource;
  /** The position in 0-based pixels of the image. */
  readonly x: number;
  readonly y: number;
  /** The same, ICRS degrees: the middle of a common grid, needed where there is one. */
  readonly lon?: number;
  readonly lat?: number;
  /** IMAGE is multiplied by this, VARIANCE by its square. */
  readonly scale: number;
  /** Pixels². */
  readonly psf?: readonly [ixx: number, iyy: number, ixy: number];
  /** Byte of `out` at which the first part begins; the others follow. */
  readonly at: number;
  readonly parts: readonly StackPart[];
}

export interface StackTask {
  readonly size: number;
  /** The common dictionary: index is bit. */
  readonly maskNames: readonly string[];
  readonly maskBits: 32 | 64;
  /** Stamps are resampled onto a grid of their own, north up; `pixelScale` is in arc seconds. */
  readonly grid?: { readonly pixelScale: number; readonly kernel: Kernel };
  readonly jobs: readonly StackJob[];
}

export interface StackFailure {
  /** Index of the job. */
  readonly job: number;
  readonly code: string;
  readonly reason: string;
}

/** `done` counts jobs. */
export interface StackProgress {
  readonly done: number;
  readonly failures: readonly StackFailure[];
}

/** Stamps of one dataset, pixels as they are stored; outside the image NaN, 0, or the mask's NO_DATA. */
export interface CutStampsTask {
  readonly layout: Uint8Array;
  readonly sources: readonly Source[];
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
  readonly columns: readonly {
    readonly name: string;
    readonly tform: string;
    /** In the unit of the IMAGE pixels. */
    readonly imageUnit: boolean;
    readonly ucd: string;
    readonly description: string;
    readonly offset: number;
  }[];
  /** Bits of FLAGS. */
  readonly flags: readonly { readonly name: string; readonly bit: number; readonly description: string }[];
  /** Mask names of older software, and what they are called now. */
  readonly maskNameChanges: Readonly<Record<string, string>>;
}

export interface Native {
  readonly versions: Readonly<Record<string, string>>;
  /** Throws; with Extents may return `need` instead of a layout. */
  readLayout(sources: readonly LayoutSource[]): {
    layout?: Uint8Array;
    need?: readonly (readonly ByteRange[])[];
  };
  imageHdus(source: Source): number[];
  describeLayout(layout: Uint8Array): LayoutInfo;
  /** Reads the image's file, nothing but those HDUs. */
  describeExposure(layout: Uint8Array, sources: readonly (Source | Extents)[]): ExposureInfo;
  /** Undefined when stencil and image do not overlap. */
  boxOf(layout: Uint8Array, stencil: Stencil): Box | undefined;
  planCutout(layout: Uint8Array, request: CutoutRequest): CutoutPlan;
  fillCutout(
    task: FillTask,
    out: Uint8Array,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): Progress;
  /** Seek points of the planes whose tiles are rows, by a pass over all pixels; undefined when there is nothing worth storing. */
  buildSeek(
    layout: Uint8Array,
    sources: readonly Source[],
    control: Int32Array,
    deadlineMs: number,
  ): Uint8Array | undefined;
  /** Gives the pages of memory that nobody looks at any more back to the system; what was in it is lost. */
  discard(bytes: Uint8Array): void;
  /** The sum of DATASUM (FITS 4.0, 4.4.2.7) of bytes, a rest of less than a word filled up with zeros. */
  dataSum(bytes: Uint8Array): number;
  /** Fills in the cards CHECKSUM and DATASUM that the header of a whole HDU has. */
  sealHdu(hdu: Uint8Array, headerBytes: number): void;
  /** Turns a finished plain FITS answer into a tile-compressed one. `quantize` = level of lossy floats, absent: lossless. */
  compressFits(
    fits: Uint8Array,
    options: { readonly mode: 'gzip' | 'rice'; readonly quantize?: number },
    control: Int32Array,
    deadlineMs: number,
  ): Uint8Array;
  /** Grey pixels, top row first, of the first image HDU of a plain FITS file in memory. NaN is 0 with alpha 0. */
  render(
    fits: Uint8Array,
    options: RenderOptions,
    control: Int32Array,
    deadlineMs: number,
  ): { width: number; height: number; rgba: Uint8Array };
  /** Three images of one grid, red, green and blue, by Lupton et al. 2004; transparent where one has no data. */
  renderColour(
    channels: readonly ColourChannel[],
    options: ColourOptions,
    control: Int32Array,
    deadlineMs: number,
  ): { width: number; height: number; rgba: Uint8Array };
  /** Where stamps of `size` pixels about positions (`lon lat`, ICRS degrees, per layout) lie: `placeColumns` per layout. */
  locateStamps(
    layouts: readonly Uint8Array[],
    positions: Float64Array,
    size: number,
  ): { readonly rows: Float64Array };
  /** Writes stamps into `out`. A job that fails is reported, its pixels have no data, and the others go on. */
  fillStack(
    task: StackTask,
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
  ): { readonly done: number };
  planMosaic(task: MosaicPlanTask): MosaicPlan;
  /** What an input is like, coarsely; throws only for what is not the input's fault. */
  measureSky(task: MosaicSkyTask, control: Int32Array, deadlineMs: number): MosaicSky;
  /** Constants to add to each so that they agree where they overlap; 0 for null. */
  matchSkies(skies: readonly (MosaicSky | null)[]): number[];
  /** Writes rows of a plane. What cannot be read has no data and is told. */
  fillMosaic(
    task: MosaicTask,
    out: Uint8Array,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): MosaicProgress;
  /** The same into a file. Throws transient CANNOT_WRITE. */
  saveMosaic(task: MosaicSaveTask, cursor: number, control: Int32Array, deadlineMs: number): MosaicSaved;
  /** Exact footprint test of two stencils or of a point, for the checks that need no index. */
  overlaps(
    footprint: readonly number[],
    stencil: Stencil | { readonly point: readonly [number, number] },
  ): boolean;
  buildIndex(path: string, rows: readonly IndexRow[]): void;
  openIndex(path: string): DatasetIndex;
  /** Makes one simulated file; src/simulate/native.ts types the spec. `sources`: six numbers each. */
  simulateImage(
    spec: object,
    sources: Float64Array,
  ): { bytes: number; imageStep: number; varianceStep: number };
}

const require = createRequire(import.meta.url);
const root = new URL('../../', import.meta.url);

export const native = require(new URL('build/Release/vignet.node', root).pathname) as Native;

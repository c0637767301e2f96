/** What the addon takes and gives for layouts. */
import type { ChebyshevField, PsfGrid } from '../astronomy/observation.ts';
import type { FileSource, Source } from '../base/sources.ts';
import type { AddonSource, OrNeed } from './sources.ts';

export interface LayoutSource<S = Source> {
  readonly source: S;
  readonly role?: Exclude<PlaneInfo['kind'], 'image'>;
  readonly hdu?: number;
  /** Of the first source: its planes, the image first. Default: chosen by the names that LSST's software gives. */
  readonly planes?: readonly Pick<PlaneInfo, 'kind' | 'hdu'>[];
  /** Of the first source: what the mask means, wherever it is, when its own header does not say. */
  readonly mask?: MaskMeaning;
}

/** What the bits of a mask mean. `codes`: a pixel holds the number of one bit, or 0. */
export interface MaskMeaning {
  readonly planes: readonly { readonly name: string; readonly bit: number; readonly means?: string }[];
  readonly codes: boolean;
}

/** An image of a file, of whatever meaning. */
export interface FileImage {
  readonly hdu: number;
  readonly bitpix: number;
  readonly width: number;
  readonly height: number;
  /** Of axes 3 and 4 of a cube. */
  readonly depth?: readonly [number, number];
  readonly cards: Readonly<Record<string, string | number | boolean>>;
}

export interface FileImages {
  /** Cards of the primary HDU. */
  readonly primary: Readonly<Record<string, string | number | boolean>>;
  readonly images: readonly FileImage[];
}

/**
 * A plane of a dataset: where its pixels are and how they are held. Sizes in pixels.
 * @example
 * ```ts
 * import type { PlaneInfo } from 'vignet';
 *
 * const isCompressed = ({ codec }: PlaneInfo): boolean => codec !== 'none';
 * ```
 */
export interface PlaneInfo {
  readonly kind: 'image' | 'mask' | 'variance' | 'weight' | 'sigma';
  readonly hdu: number;
  readonly file: number;
  readonly bitpix: number;
  readonly width: number;
  readonly height: number;
  /** Of axes 3 and 4 of a cube; absent of 2-D images. */
  readonly depth?: readonly [number, number];
  readonly codec: string;
  readonly tile?: readonly [number, number];
  readonly dither?: string;
  readonly hasWcs: boolean;
  readonly xy0: readonly [number, number];
  /** Mask planes only: name -> bit. */
  readonly maskPlanes?: Readonly<Record<string, number>>;
  /** Mask planes only: what other masks call a plane that the survey has its own name for. */
  readonly maskMeanings?: Readonly<Record<string, string>>;
  /** Mask planes only: whether a pixel holds the number of one bit, and not bits. */
  readonly codes?: boolean;
}

/**
 * What is known of a FITS file, or of an image and its companions, without reading it again.
 * @example
 * ```ts
 * import type { LayoutInfo } from 'vignet';
 *
 * const sizeOf = ({ planes: [image] }: LayoutInfo) => [image?.width, image?.height];
 * ```
 */
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
  /** Of an image with a spectral axis: metres in vacuum, outer edges of its channels; the frame of SPECSYS, or ''. */
  readonly spectral?: {
    readonly axis: number;
    readonly count: number;
    readonly min: number;
    readonly max: number;
    readonly frame: string;
  };
  /** Of an image with a STOKES axis: I, Q, U, V, RR, …, in the order of the file. */
  readonly polStates?: readonly string[];
  /** What was corrected of the WCS, or without a footprint why it cannot be used; what is not known of spectral and STOKES axes. */
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
  /** Rows of afw's tables of the inputs of a co-add; absent where it has none. */
  readonly coaddInputs?: number;
  /** Images that a co-add was made from: of afw's CoaddInputs, or of the HDU PROVENANCE/INPUTS of lsst.images. */
  readonly inputs?: readonly { readonly visit: number; readonly detector: number }[];
  /** JSON as lsst.images writes it (with NaN and Infinity). */
  readonly tree?: string;
  /** Why something that is there could not be read. */
  readonly notes: readonly string[];
}

/** Reading and describing layouts. Files never have missing bytes. */
export interface LayoutCalls {
  readLayout(sources: readonly LayoutSource<FileSource>[]): { readonly layout: Uint8Array };
  readLayout(sources: readonly LayoutSource<AddonSource>[]): OrNeed<{ readonly layout: Uint8Array }>;
  /** Broken images are left out, unless all are. */
  listImages(source: FileSource): FileImages;
  listImages(source: AddonSource): OrNeed<FileImages>;
  describeLayout(layout: Uint8Array): LayoutInfo;
  /** The cards of every HDU of the layout as they stand in its files, 80 bytes each, END left out. */
  rawCards(layout: Uint8Array, sources: readonly AddonSource[], most: number): OrNeed<readonly Uint8Array[]>;
  /** Reads the image's file, nothing but those HDUs. */
  describeExposure(layout: Uint8Array, sources: readonly FileSource[]): ExposureInfo;
  describeExposure(layout: Uint8Array, sources: readonly AddonSource[]): OrNeed<ExposureInfo>;
}

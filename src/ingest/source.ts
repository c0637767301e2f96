/** Where the candidates of an ingest come from: folders of files, or a Butler, which knows more of them than the files do. */
import type { VignetError } from '../base/errors.ts';
import type { WantedMember } from '../bytes/sniff.ts';
import type { SideRows } from '../catalog/tables.ts';
import type { ImageFiles } from './files/walk.ts';

/** Where an image is searched for that has no WCS. */
export interface SearchRegion {
  /** As the catalog has it, degrees ICRS: `lon lat …` of vertices, or `lon lat radius`. */
  readonly footprint: readonly number[];
  /** Of a circle that holds the region, degrees ICRS. */
  readonly center: readonly [lon: number, lat: number];
  readonly radius: number;
}

/** What a source knows of a dataset. It goes before what the file says; what is undefined, the source does not know. */
export interface SourceFacts {
  readonly uuid: string;
  readonly type: string;
  readonly run: string;
  readonly instrument: string | undefined;
  readonly visit: number | undefined;
  readonly detector: number | undefined;
  readonly skymap: string | undefined;
  readonly tract: number | undefined;
  readonly patch: number | undefined;
  readonly band: string | undefined;
  readonly filter: string | undefined;
  /** MJD UTC. */
  readonly time: readonly [begin: number, end: number] | undefined;
  /** Seconds. */
  readonly exposure: number | undefined;
  readonly target: string | undefined;
  readonly obsId: string | undefined;
  /** Whether it is an image of the sky, which has a place there. */
  readonly isOfSky?: boolean;
  /** Where the image is searched for when its file has no WCS. */
  readonly region: SearchRegion | undefined;
  /**
   * What the source has of the dataset in other tables: its visit, when it is valid, its tract. It goes before what files say of the same
   * rows. Datasets may share a row.
   */
  readonly tables?: SideRows | undefined;
  /** What a configuration of ObsCore values says of it. */
  readonly obscore?: SourceObscore | undefined;
  /** One word for everything that the source says of the dataset: tells a changed record at the next ingest. */
  readonly record: string;
  /** What the source has that could not be used. */
  readonly notes: readonly string[];
}

/** ObsCore values of a dataset by a configuration; what is undefined, it leaves to Vignet. */
export interface SourceObscore {
  readonly dataproduct_type: string;
  readonly dataproduct_subtype: string | undefined;
  readonly calib_level: number;
  readonly o_ucd: string | undefined;
  readonly obs_id: string | undefined;
  readonly facility_name: string;
  readonly instrument_name: string | undefined;
  /** Pixels along each axis, which the image itself knows better. */
  readonly size: readonly [number, number] | undefined;
  /** Metres. */
  readonly spectral: readonly [number | null, number | null] | undefined;
  /** Further columns, of the catalog or of the site. */
  readonly extra: Readonly<Record<string, string | number | boolean | null>>;
  readonly notes: readonly string[];
}

export interface Candidate extends ImageFiles {
  readonly facts?: SourceFacts;
  /** Of each of its files, the image's first: the member of a zip file that it is. */
  readonly members?: readonly (WantedMember | undefined)[];
  /** How its files looked just now, the image's first; absent: nobody has looked. */
  readonly looked?: readonly Stamp[];
  /** Its file is not on a disk of this machine: `path` is its address. */
  readonly nearline?: Nearline;
}

export interface Stamp {
  readonly size: number;
  readonly mtimeNs: bigint;
}

export interface Nearline {
  /** Where it is, without the path there: `s3://bucket`. */
  readonly where: string;
  /** Its size, where it is known. */
  readonly bytes: number | undefined;
}

/** Something that is no candidate, and why. `path` is the path of a file, or another name of what it is. */
export interface Problem {
  readonly path: string;
  readonly error: VignetError;
  /** Of the dataset, where one is concerned. */
  readonly uuid?: string;
}

export type Found = { readonly candidate: Candidate } | { readonly problem: Problem };

/** Name → absolute folder. */
export type Roots = Readonly<Record<string, string>>;

export interface CandidateSource {
  /** The roots of an archive, with those beneath which the source's files lie. */
  roots(known: Roots): Promise<Roots>;
  /** For a collection of this name. */
  candidates(collection: string): AsyncIterable<Found>;
  /** What is to be said before the first of them. */
  readonly notes?: readonly { readonly path: string; readonly note: string }[];
  /** Of a source that knows datasets, not only files. */
  readonly registry?: SourceRegistry;
  close(): Promise<void>;
}

export interface SourceRegistry {
  /** How the records of its datasets begin. */
  readonly name: string;
  /** Those of some datasets that it no longer has. */
  gone(uuids: readonly string[]): Promise<readonly string[]>;
}

/** What is known of datasets without SQL, and how those are found that may hold a place. */

import type { Where } from '../addon/dataset-index.ts';
import type { PlaneInfo } from '../addon/layout.ts';
import type { Observation } from '../astronomy/observation.ts';
import { count } from '../base/count.ts';
import type { ResolvedDataset } from '../base/dataset.ts';
import type { DatasetKey } from '../base/dataset-id.ts';
import { VignetError } from '../base/errors.ts';
import type { FileSource } from '../base/sources.ts';
import type { Predicate } from '../catalog/predicate.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import type { SearchRun } from './index-search.ts';
import type { SkyPatch } from './record.ts';

/**
 * Where to look: a region of sky, or a point `[lon, lat]`; ICRS degrees.
 * @example
 * ```ts
 * import { parsePos, type Region } from 'vignet';
 *
 * const regions: Region[] = [{ point: [150.2987, 2.38812] }, parsePos('CIRCLE 150.2987 2.38812 0.01')];
 * ```
 */
export type Region = Where;

/**
 * ObsCore bounds that SODA's BAND, TIME and POL are tests against; null where the catalog knows none.
 * @example
 * ```ts
 * import type { Bounds } from 'vignet';
 *
 * const isVisible = ({ em }: Bounds): boolean => em !== null && em[0] < 7e-7 && em[1] > 4e-7;
 * ```
 */
export interface Bounds {
  /** Wavelengths in metres. */
  readonly em: readonly [number, number] | null;
  /** MJD UTC. */
  readonly time: readonly [number, number] | null;
  /** Polarisation states, `['I', 'Q']`. */
  readonly pol: readonly string[] | null;
}

/**
 * What is known of a dataset without SQL.
 * @example
 * ```ts
 * import type { DatasetSummary } from 'vignet';
 *
 * const hasMask = ({ planes }: DatasetSummary): boolean => planes.includes('mask');
 * ```
 */
export interface DatasetSummary {
  readonly id: string;
  readonly key: DatasetKey;
  readonly collection: string;
  readonly type: string;
  readonly band: string | null;
  readonly bounds: Bounds;
  readonly observation: Observation;
  /** The patch of a skymap that a coadd is; null for other images. */
  readonly patch: SkyPatch | null;
  readonly planes: readonly PlaneInfo['kind'][];
  /** Whether its weight plane is an inverse variance by the survey description. */
  readonly inverseVariance: boolean;
  /** Names of its mask planes, as the file has them, in the order of their bits. */
  readonly maskNames: readonly string[];
  /** Coordinates of the image's first pixel in the frame of the observation's PSF and calibration. */
  readonly xy0: readonly [number, number];
  /** The survey description by which its files were read. */
  readonly survey: string;
  /** False: its files have not been read yet. Planes and mask names are empty then, and what is null may only not be known. */
  readonly isRead: boolean;
}

/**
 * A dataset that somebody may read: what is known of it, and all that is needed to read its pixels.
 * @example
 * ```ts
 * import { ANONYMOUS, openArchive, type ReadableDataset } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * const view = archive.as(ANONYMOUS);
 * const [first] = await view.find({ point: [150.2987, 2.38812] });
 * if (first) {
 *   const dataset: ReadableDataset = await view.resolve(first.id);
 *   console.log(dataset.type, dataset.observation.tMid, dataset.layout.length);
 * }
 * await archive.close();
 * ```
 */
export type ReadableDataset = ResolvedDataset<FileSource> & DatasetSummary;

/**
 * A catalog row with what configuration adds: the publisher ID and the file's absolute path (never for answers of the service).
 * @example
 * ```ts
 * import type { ListedDataset } from 'vignet';
 *
 * const lineOf = ({ id, dataset_type, lsst_band }: ListedDataset) => `${dataset_type} ${lsst_band} ${id}`;
 * ```
 */
export type ListedDataset = CatalogRow & { readonly id: string; readonly absolutePath: string };

/**
 * How many datasets of a type a collection holds, and under which release label.
 * @example
 * ```ts
 * import type { CensusRow } from 'vignet';
 *
 * const total = (rows: readonly CensusRow[]) => rows.reduce((sum, { datasets }) => sum + datasets, 0);
 * ```
 */
export interface CensusRow {
  readonly name: string;
  readonly type: string;
  readonly repo: string;
  readonly datasets: number;
}

/** Somewhere to look. `time`: only at datasets whose exposure meets this interval, MJD UTC, or whose time is not known. */
export interface Search {
  readonly region: Region;
  readonly time?: readonly [number, number];
}

export interface SearchOptions {
  readonly accept?: (dataset: DatasetSummary) => boolean;
  /** Datasets that the searches may meet before any is looked at. */
  readonly most?: number;
  /** A condition that all accepted datasets meet: of these `most` may be met. Asked only where the searches meet more without it. */
  readonly where?: () => Promise<Predicate>;
  readonly run?: SearchRun;
}

/**
 * Without `dataset` its record cannot be read, or its files could not be at first use; with `problem` and a dataset its files cannot.
 * @example
 * ```ts
 * import { ANONYMOUS, type DatasetCandidate, openArchive } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * const searches = [{ region: { point: [150.2987, 2.38812] } }] as const;
 * const candidates: DatasetCandidate[] = await archive.as(ANONYMOUS).observations(searches);
 * for (const { uuid, problem } of candidates) if (problem) console.log(`${uuid}: ${problem.message}`);
 * await archive.close();
 * ```
 */
export interface DatasetCandidate {
  readonly uuid: string;
  /** Where the record can be read. */
  readonly id?: string;
  readonly dataset?: ReadableDataset;
  readonly problem?: VignetError;
}

export function tooMany(most: number): VignetError {
  const detail = `the search finds more than ${count(most, 'dataset')}; ask for a smaller region or a shorter TRACK, or narrow it by COLLECTION or DPSUBTYPE`;
  return new VignetError('usage', 'TOO_MANY', detail);
}

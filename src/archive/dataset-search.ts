/** What is known of datasets without SQL, and how those are found that may hold a place. */

import type { DatasetIndex, IndexRow } from '../addon/dataset-index.ts';
import type { PlaneInfo } from '../addon/layout.ts';
import type { Observation } from '../astronomy/observation.ts';
import type { ResolvedDataset } from '../base/dataset.ts';
import type { DatasetKey } from '../base/dataset-id.ts';
import { VignetError } from '../base/errors.ts';
import type { Stencil } from '../base/sky.ts';
import type { RowSet } from '../catalog/row-set.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import type { SkyPatch } from './record.ts';

export type Region = Stencil | { readonly point: readonly [number, number] };

/** ObsCore bounds that SODA's BAND, TIME and POL are tests against; null where the catalog knows none. */
export interface Bounds {
  /** Wavelengths in metres. */
  readonly em: readonly [number, number] | null;
  /** MJD UTC. */
  readonly time: readonly [number, number] | null;
  /** Polarisation states, `['I', 'Q']`. */
  readonly pol: readonly string[] | null;
}

/** What is known of a dataset without SQL. */
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
  /** Names of its mask planes, as the file has them, in the order of their bits. */
  readonly maskNames: readonly string[];
  /** Coordinates of the image's first pixel in the frame of the observation's PSF and calibration. */
  readonly xy0: readonly [number, number];
}

export type ReadableDataset = ResolvedDataset & DatasetSummary;

/** A catalog row with what configuration adds: the publisher ID and the file's absolute path (never for answers of the service). */
export type ListedDataset = CatalogRow & { readonly id: string; readonly absolutePath: string };

/** How many datasets of a type a collection holds, and under which release label. */
export interface CensusRow {
  readonly name: string;
  readonly type: string;
  readonly repo: string;
  readonly datasets: number;
}

/** Somewhere to look. `time`: only at datasets whose exposure meets this interval, MJD UTC. */
export interface Search {
  readonly region: Region;
  readonly time?: readonly [number, number];
}

export interface SearchOptions {
  readonly accept?: (dataset: DatasetSummary) => boolean;
  /** Datasets that the searches may meet before any is looked at. */
  readonly most?: number;
}

/** Without `dataset` its record cannot be read; with `problem` and a dataset its files cannot. */
export interface DatasetCandidate {
  readonly uuid: string;
  readonly dataset?: ReadableDataset;
  readonly problem?: VignetError;
}

type Row = Omit<IndexRow, 'footprint'>;

export function tooMany(found: number, most: number): VignetError {
  const detail = `${found} datasets lie there, the limit is ${most}; narrow the search by COLLECTION, TIME or a shorter TRACK`;
  return new VignetError('usage', 'TOO_MANY', detail);
}

/** Every row of the index that one of the searches meets, of those in `among`, ascending. */
export function rowsThatMeet(index: DatasetIndex, searches: readonly Search[], among: RowSet): Row[] {
  const found = new Map<number, Row>();
  for (const { region, time } of searches) {
    for (const number of index.search(region)) {
      if (found.has(number) || !among.has(number)) continue;
      const row = index.row(number);
      if (time && !(row.tMin <= time[1] && row.tMax >= time[0])) continue;
      found.set(number, row);
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, row]) => row);
}

/** What a pack holds of a dataset beside its layout: enough to resolve it without SQL. */
import { createHash } from 'node:crypto';
import type { PlaneInfo } from '../addon/layout.ts';
import type { Observation } from '../astronomy/observation.ts';
import { VignetError } from '../base/errors.ts';
import { type FileRecord, isFileRecord } from '../bytes/file-record.ts';
import type { PackRef } from './pack.ts';

export interface SkyPatch {
  readonly skymap: string;
  readonly tract: number;
  readonly patch: number;
}

export interface DatasetRecord {
  readonly uuid: string;
  readonly repo: string;
  readonly collection: string;
  readonly type: string;
  readonly band: string | null;
  /** 0-based HDU of the image; null: not known before its file was read. */
  readonly hdu: number | null;
  readonly files: readonly FileRecord[];
  /** Metres. */
  readonly emMin: number | null;
  readonly emMax: number | null;
  /** MJD UTC. */
  readonly tMin: number | null;
  readonly tMax: number | null;
  /** ObsCore pol_states, `/I/Q/`; null for images without polarisation. */
  readonly polStates: string | null;
  readonly observation: Observation;
  /** The patch of a skymap that a coadd is; null for other images. */
  readonly patch: SkyPatch | null;
  /** Kinds of its planes, in the order of the layout. */
  readonly planes: readonly PlaneInfo['kind'][];
  /** That its weight plane is an inverse variance; absent: that is not known, or there is none. */
  readonly inverseVariance?: boolean;
  /** Names of its mask planes, as the file has them, in the order of their bits, then what some of them mean elsewhere. */
  readonly maskNames: readonly string[];
  /** Coordinates of the image's first pixel in the frame of the observation's PSF and calibration. */
  readonly xy0: readonly [number, number];
  /** The survey description by which its files were read. */
  readonly survey: string;
  /** Short name for file names. */
  readonly name: string;
  /** Where its seek points stand; null: made, and nothing was worth storing; absent: not made. */
  readonly seek?: PackRef | null;
  /** Its files have not been read: planes, mask names and the layout are empty, and what is null may only not be known. */
  readonly unread?: Unread;
}

/** A dataset that is in the catalog by what its source says of it. */
export interface Unread {
  /** Where its files are, in words, when they are not on a disk of this machine: then they cannot be read. */
  readonly nearline?: string;
  /** What the ingest needs to read them as it would have done. */
  readonly plan: unknown;
}

export interface StoredDataset {
  readonly record: DatasetRecord;
  readonly layout: Uint8Array;
  readonly version: string;
  /** Of one whose files were read at first use: what the catalog would have as its footprint. */
  readonly footprint?: readonly number[] | null;
}

function isPackRef(value: unknown): value is PackRef {
  const { pack, offset, length } = value as Partial<Record<keyof PackRef, unknown>>;
  return [pack, offset, length].every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}

function isUnread(value: unknown): value is Unread {
  const unread = value as Partial<Record<keyof Unread, unknown>> | null | undefined;
  return (
    typeof unread === 'object' &&
    unread !== null &&
    typeof unread.plan === 'object' &&
    (unread.nearline === undefined || typeof unread.nearline === 'string')
  );
}

/** Checks a record read from a pack. Throws VignetError data BAD_PACK. */
export function parseRecord(meta: unknown, layout: Uint8Array): StoredDataset {
  const record = meta as Partial<Record<keyof DatasetRecord, unknown>> | null;
  const whole =
    typeof record === 'object' &&
    record !== null &&
    typeof record.uuid === 'string' &&
    typeof record.repo === 'string' &&
    (typeof record.hdu === 'number' || (record.hdu === null && isUnread(record.unread))) &&
    typeof record.observation === 'object' &&
    record.observation !== null &&
    Array.isArray(record.planes) &&
    Array.isArray(record.maskNames) &&
    Array.isArray(record.xy0) &&
    Array.isArray(record.files) &&
    (record.files.length > 0 || isUnread(record.unread)) &&
    record.files.every(isFileRecord) &&
    (record.seek === undefined || record.seek === null || isPackRef(record.seek));
  if (!whole) {
    throw new VignetError(
      'data',
      'BAD_PACK',
      "the archive's record of this dataset is incomplete; ingest its file again with --force",
    );
  }
  return {
    record: record as unknown as DatasetRecord,
    layout,
    version: versionOf(record.files as FileRecord[], layout),
  };
}

/** Throws VignetError data BAD_INDEX when a row of the index leads to the record of another dataset. */
export function requireSameDataset(uuid: string, record: DatasetRecord): void {
  if (record.uuid === uuid) return;
  throw new VignetError(
    'data',
    'BAD_INDEX',
    `expected the record of dataset ${uuid} where the dataset index says, received that of ${record.uuid}; run 'vignet check'`,
  );
}

/** Layout and file stamps make the version: it changes when the files were ingested anew, and with nothing else. */
export function versionOf(files: readonly FileRecord[], layout: Uint8Array): string {
  const hash = createHash('sha256').update(layout);
  for (const file of files) hash.update(`\n${file.size} ${file.mtimeNs}`);
  return hash.digest('hex').slice(0, 24);
}

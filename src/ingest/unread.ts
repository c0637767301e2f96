/** Datasets that are catalogued without their files being read: how they are, and how their files are read after all. */
import type { FilePlaces, UnreadReader } from '../archive/first-use.ts';
import type { DatasetRecord } from '../archive/record.ts';
import { defined } from '../base/defined.ts';
import { VignetError } from '../base/errors.ts';
import type { FileRecord } from '../bytes/file-record.ts';
import { folderOf } from '../bytes/roots.ts';
import { sniffInside } from '../bytes/sniff.ts';
import type { Labels } from './describe/labels.ts';
import { stampsOf } from './describe/row.ts';
import { describeUnread } from './describe/unread.ts';
import {
  type FileDataset,
  type FilePlan,
  type FileReading,
  readFileImages,
  readingHere,
  rolesOf,
  type Seen,
} from './ingest-file.ts';
import type { Candidate, SourceFacts } from './source.ts';

/** What is kept of a dataset to read its files as its ingest would have done. */
interface UnreadPlan {
  /** Those that say what a file is; the others are in the catalog. */
  readonly labels: Pick<Labels, 'collection' | 'repo' | 'type' | 'instrument' | 'survey'>;
  readonly facts: SourceFacts;
  readonly roles: FilePlan['roles'];
  /** `null` in JSON for those that are files of their own. */
  readonly members?: Candidate['members'];
}

/** Options of an ingest are labels too, and more. */
function labelsOf({ collection, repo, type, instrument, survey }: Labels): UnreadPlan['labels'] {
  return { collection, repo, ...defined({ type, instrument, survey }) };
}

/** Of what is elsewhere: nothing is looked at. */
export function seenElsewhere({ facts }: Candidate): Seen {
  return { files: [], stamps: stampsOf([], facts), companions: '[]' };
}

export function unreadDataset(
  candidate: Candidate,
  facts: SourceFacts,
  { files }: Seen,
  labels: Labels,
): FileDataset {
  const { path, nearline } = candidate;
  const { tables: _, ...plain } = facts;
  const plan: UnreadPlan = {
    labels: labelsOf(labels),
    facts: plain,
    roles: rolesOf(candidate),
    ...defined({ members: candidate.members }),
  };
  const bytes = nearline?.bytes === undefined ? {} : { bytes: nearline.bytes };
  const where = nearline ? { files: [] as const, nearline: nearline.where, path, ...bytes } : { files };
  return { ...describeUnread(facts, where, labels, plan), layout: new Uint8Array() };
}

/** The dataset as its ingest would have read it. `rights` are in the catalog only. The signal ends what it waits for. */
export async function readUnread(
  { uuid, files, unread }: DatasetRecord,
  { roots, scratch }: FilePlaces,
  reading: FileReading,
  signal: AbortSignal,
  rights: Rights = {},
): Promise<FileDataset> {
  const { labels, facts, roles, members = [] } = unread?.plan as UnreadPlan;
  const name = files[0]?.root ?? '';
  const folder = folderOf(name, roots);
  const sniffed: FileRecord[] = [];
  for (const [n, file] of files.entries())
    sniffed.push({ ...file, ...(await sniffInside(folder, file, members[n] ?? undefined)) });
  const plan: FilePlan = { root: { name, folder }, files: sniffed, roles, facts };
  const { datasets } = await readFileImages(plan, { ...labels, ...rights }, scratch, reading, signal);
  const read = datasets.find(({ record }) => record.uuid === uuid);
  if (!read) throw new VignetError('fatal', 'INTERNAL', 'the files of a dataset gave another one');
  return read;
}

type Rights = Pick<Labels, 'dataRights' | 'releaseDate' | 'owner' | 'group'>;

/** Reads files with `reading`. */
export const unreadReader =
  (reading: (signal: AbortSignal) => FileReading): UnreadReader =>
  async (stored, places, signal) => {
    const { record, layout, row } = await readUnread(stored, places, reading(signal), signal);
    return { record, layout, footprint: row.footprint };
  };

/** In the caller's thread, which is blocked meanwhile: for programs without an engine. */
export const readUnreadHere: UnreadReader = unreadReader(() => readingHere);

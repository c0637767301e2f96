/** What a tar archive of datasets holds: a manifest, and each of their files once. */
import type { OriginalFile, Originals } from '../../archive/originals.ts';
import { usageError } from '../../base/errors.ts';
import { mapConcurrently } from '../../base/map-concurrently.ts';
import { safeName } from '../../base/safe-name.ts';
import { etagOf } from '../answers/etag.ts';
import { LONGEST_NAME } from './tar.ts';
import type { Packed } from './tar-answer.ts';

/** Files that are looked at at once. */
const AT_ONCE = 16;

export const MANIFEST = 'manifest.json';

/** A member, and a tag that changes with its bytes. */
export type TaggedMember = Packed & { readonly etag: string };

interface Shared {
  readonly original: OriginalFile;
  readonly uuid: string;
  /** Those that are in it. */
  readonly datasets: string[];
}

function sharedFiles(all: readonly Originals[]): Shared[] {
  const files = new Map<string, Shared>();
  for (const { id, key, files: own } of all) {
    for (const original of own) {
      const known = files.get(original.version) ?? { original, uuid: key.uuid, datasets: [] };
      files.set(original.version, known);
      if (!known.datasets.includes(id)) known.datasets.push(id);
    }
  }
  return [...files.values()];
}

/** File names that are different without regard to case: those that are not have the UUID of their dataset before them, or a number. */
function uniqueNames(files: readonly Shared[]): string[] {
  const taken = new Set([MANIFEST]);
  return files.map(({ original, uuid }, n) => {
    const plain = safeName(original.name, LONGEST_NAME);
    const longer = `${uuid}_${safeName(original.name, LONGEST_NAME - uuid.length - 1)}`;
    const name =
      [plain, longer].find((one) => !taken.has(one.toLowerCase())) ?? `${n}_${longer}`.slice(-LONGEST_NAME);
    taken.add(name.toLowerCase());
    return name;
  });
}

function manifestOf(members: readonly TaggedMember[], files: readonly Shared[]): TaggedMember {
  const said = members.map(({ name, size, modified, etag }, n) => ({
    ...{ name, size, modified, etag },
    datasets: files[n]?.datasets,
  }));
  const content = Buffer.from(`${JSON.stringify({ members: said }, undefined, 1)}\n`);
  const latest = members.reduce((last, { modified }) => Math.max(last, modified.getTime()), 0);
  const of = { name: MANIFEST, size: content.length, modified: new Date(latest), content };
  return { ...of, etag: etagOf(content.toString()) };
}

/**
 * Members in the order of the datasets, the manifest first; from the member `from` on. Every file is opened once: what cannot be sent is
 * said before anything is. Throws VignetError usage BAD_VALUE, and as `OriginalFile.open`.
 */
export async function packed(all: readonly Originals[], from: string | undefined): Promise<TaggedMember[]> {
  const files = sharedFiles(all);
  await mapConcurrently(files, AT_ONCE, async ({ original }) => (await original.open()).close());
  const names = uniqueNames(files);
  const members = files.map(({ original }, n): TaggedMember => {
    const { size, modified, version } = original;
    return { name: names[n] ?? '', size, modified, content: original, etag: etagOf('file', version) };
  });
  const complete = [manifestOf(members, files), ...members];
  const first = from === undefined ? 0 : complete.findIndex(({ name }) => name === from);
  if (first < 0)
    throw usageError(
      'BAD_VALUE',
      `expected the name of a member, as in ${MANIFEST}, for FROM, received another`,
    );
  return complete.slice(first);
}

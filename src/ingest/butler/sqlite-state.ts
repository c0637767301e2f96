/**
 * Whether a SQLite file may be read now, without asking SQLite: by the header of the file and the rollback journal beside it (formats:
 * https://www.sqlite.org/fileformat2.html, sections 1.3 and 3). Two equal states mean that nobody wrote in between.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { codeOf, isOutOfDescriptors } from '../../bytes/files.ts';
import { badDatabase, busy } from './database.ts';

const MAGIC = 'SQLite format 3\0';
/** Versions of the file format for readers and writers: 1, rollback journal; 2, write-ahead log. */
const WRITE_VERSION = 18;
const READ_VERSION = 19;
const CHANGE_COUNTER = 24;
/** How a journal begins that has not been used up. */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');

interface Head {
  readonly bytes: Buffer;
  readonly size: number;
  readonly mtimeNs: bigint;
}

/** The first bytes of a file; undefined when it does not exist. */
function headOf(path: string, length: number): Head | undefined {
  let file: number;
  try {
    // Opening a pipe without a writer must not block.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    if (isOutOfDescriptors(cause)) throw busy('the registry cannot be opened now; try again', { cause });
    throw badDatabase(`the registry's database cannot be read (${codeOf(cause)}); check its permissions`, {
      cause,
    });
  }
  try {
    const found = fstatSync(file, { bigint: true });
    if (!found.isFile()) throw badDatabase('expected a regular file for the registry, received another kind');
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, 0);
    return { bytes, size: Number(found.size), mtimeNs: found.mtimeNs };
  } finally {
    closeSync(file);
  }
}

/**
 * A word for the state of the database. Throws VignetError data BAD_BUTLER_DATABASE when it is no SQLite file or has a write-ahead log,
 * transient REGISTRY_BUSY when a transaction is being written or was interrupted.
 */
export function sqliteState(path: string): string {
  const head = headOf(path, 100);
  if (!head)
    throw badDatabase("the registry's SQLite file does not exist; correct butler.yaml or restore it");
  const { bytes, size, mtimeNs } = head;
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw badDatabase('expected a SQLite database for the registry, received another file');
  if (bytes[WRITE_VERSION] === 2 || bytes[READ_VERSION] === 2)
    throw badDatabase(
      "the registry's SQLite file is in WAL mode, which cannot be read without writing beside it; run 'PRAGMA journal_mode=DELETE' on it, or name a copy made so",
    );
  const journal = headOf(`${path}-journal`, JOURNAL_MAGIC.length);
  if (journal && JOURNAL_MAGIC.equals(journal.bytes))
    throw busy(
      'the registry is locked: a transaction on its SQLite file is not finished; wait for it, or open the repository once with the Butler when its process has died',
    );
  return `${bytes.readUInt32BE(CHANGE_COUNTER)} ${size} ${mtimeNs}`;
}

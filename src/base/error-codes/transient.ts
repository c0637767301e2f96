/** Transient errors: the same request may succeed later. */
import type { ErrorList } from './entry.ts';

export const transientErrors = {
  ARCHIVE_GONE: {
    sentence: 'The folder of the archive is not available.',
    meaning: 'The health check cannot find the archive, for example because a volume is not mounted.',
    remedy: 'Mount or restore the folder.',
  },
  BUSY: {
    sentence: 'The service is at its limits.',
    meaning: 'The queue is full, the memory for answers is in use, or the process is overloaded.',
    remedy: 'Ask again after the seconds of Retry-After.',
  },
  CANCELLED: {
    sentence: 'The request was cancelled.',
    meaning: 'The client closed the connection, or the caller aborted the request.',
    remedy: 'None; ask again if the answer is still wanted.',
  },
  CANNOT_WRITE: {
    sentence: 'A file cannot be written.',
    meaning: 'The disk is full, or the process has no permission to write the file or its folder.',
    remedy: 'Check the folder, its permissions and the free space.',
  },
  CATALOG_AWAY: {
    sentence: 'The database of the catalog cannot be reached.',
    meaning: 'PostgreSQL is not running, refuses connections, ended one, or has none free.',
    remedy: 'Start it, or check its address and limits; then try again.',
  },
  CATALOG_CHANGED: {
    sentence: 'The database of the catalog has another generation.',
    meaning:
      'The generation was replaced while a slow request read it, or database and archive were restored from different times.',
    remedy: 'Try again. If it stays, restore both from the same time.',
  },
  CATALOG_SLOW: {
    sentence: 'A statement took too long.',
    meaning: 'The database of the catalog stopped a statement at its timeout.',
    remedy: 'Ask for less, or try again later.',
  },
  CLIENT_GONE: {
    sentence: 'The client closed the connection.',
    meaning: 'The connection ended before the whole answer was sent.',
    remedy: 'Download again, or resume with Range.',
  },
  DEADLINE: {
    sentence: 'The request took too long.',
    meaning: 'The time limit of a request passed before the answer was ready.',
    remedy: 'Ask for less, or again later.',
  },
  FILE_CHANGING: {
    sentence: 'A file changed while it was ingested.',
    meaning: 'Another program was writing the file.',
    remedy: 'Ingest the file again when it is complete.',
  },
  INGEST_RUNNING: {
    sentence: 'Another ingest is running.',
    meaning: 'One process at a time writes an archive.',
    remedy: 'Wait for the other ingest; if its process is gone, remove ingest.lock.',
  },
  IO_ERROR: {
    sentence: 'Reading a file failed.',
    meaning: 'The file is open, and the storage reports an input/output error.',
    remedy: 'Ask again later; check the disk or network storage if it recurs.',
  },
  NEED_RANGES: {
    sentence: 'Bytes of the file were not supplied.',
    meaning: 'A call on supplied byte ranges needs more of them; it returns which.',
    remedy: 'Supply the ranges and call again.',
  },
  OPEN_FAILED: {
    sentence: 'A file cannot be opened at the moment.',
    meaning: 'The system has no free file descriptors or memory.',
    remedy: 'Ask again later; raise the limit of open files if it recurs.',
  },
  RELEASE_CHANGED: {
    sentence: 'The release has changed.',
    meaning:
      'An ingest changed a release while `vignet archive drop` asked whether to drop it. Nothing was dropped.',
    remedy: 'Run the command again.',
  },
  ROOTS_GONE: {
    sentence: 'No root folder of the files is available.',
    meaning: 'The health check finds none of the folders that were ingested.',
    remedy: 'Mount or restore the folders.',
  },
  SCRATCH_FULL: {
    sentence: 'There is no space for an inflated file.',
    meaning: 'The quota of the scratch folder is taken by files in use, or the disk is full.',
    remedy: 'Ask again in a minute, or raise the quota.',
  },
  SLOW_CLIENT: {
    sentence: 'The client reads too slowly.',
    meaning: 'The connection was closed because the client took less than VIGNET_MIN_RATE_KB per second.',
    remedy: 'Ask for less, or from a faster connection; resume with Range.',
  },
} as const satisfies ErrorList;

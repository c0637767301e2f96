/** Fatal errors: a fault of Vignet or of the machine. The service answers 500 and writes the details to its log only. */
import type { ErrorList } from './entry.ts';

export const fatalErrors = {
  BAD_ANSWER: {
    sentence: 'The answer has not the size that was planned.',
    meaning: 'The HDUs of an answer do not add up to its size.',
    remedy: 'Report it.',
  },
  BAD_BUFFER: {
    sentence: 'A buffer has a wrong size.',
    meaning: 'Memory given to a function of the core is smaller or larger than its result.',
    remedy: 'Report it.',
  },
  BAD_CELL: {
    sentence: 'A value does not fit its table column.',
    meaning: 'A value has another type or shape than its column, or none where the column has no null value.',
    remedy: 'Report it.',
  },
  BAD_COLUMN: {
    sentence: 'A column cannot be written in this table format.',
    meaning: 'A FITS binary table has no type for the column, for example for text of any length.',
    remedy: 'Report it.',
  },
  BAD_TABLE: {
    sentence: 'A table has not the rows that were announced.',
    meaning:
      'The rows of a table are more or fewer than their source said, or a temporary file that held them was cut.',
    remedy: 'Report it.',
  },
  BAD_WINDOW: {
    sentence: 'A part of an answer was asked for that does not exist.',
    meaning: 'Bytes, rows or inputs of a task do not fit the plan of the answer.',
    remedy: 'Report it.',
  },
  BUILD_FAILED: {
    sentence: 'The addon cannot be compiled.',
    meaning: '`vignet build` needs a C++ compiler and the system packages that the message lists.',
    remedy: 'Install the packages and run `vignet build` again.',
  },
  CATALOG_DENIED: {
    sentence: 'The database of the catalog refuses.',
    meaning: 'The role or database does not exist, the password is wrong, or the role has too few rights.',
    remedy: 'Check URL and password file, or ask the administrator of the database.',
  },
  CLOSED: {
    sentence: 'The archive is closed.',
    meaning: 'An archive or dataset index was used after it had been closed.',
    remedy: 'Close it after its last use only.',
  },
  ENCODE_FAILED: {
    sentence: 'Pixels cannot be compressed.',
    meaning: 'The Rice or gzip encoder reported an error.',
    remedy: 'Report it; ask for COMPRESS=none in the meantime.',
  },
  INTERNAL: {
    sentence: 'An unexpected error occurred.',
    meaning: 'An exception that no other code describes, or a condition that should be impossible.',
    remedy: 'Report it with the message and the log.',
  },
  LOCK_LOST: {
    sentence: 'The lock of the ingest was removed.',
    meaning:
      'Another process took or deleted ingest.lock while the ingest was running; nothing more is published.',
    remedy: 'Run the ingest again.',
  },
  NOT_BUILT: {
    sentence: 'The addon has not been compiled.',
    meaning: 'Vignet was installed, but its C++ part was not built.',
    remedy: 'Run `npx vignet build`; in a clone of the repository, `npm start`.',
  },
  NO_BYTE_SOURCE: {
    sentence: 'A task needs bytes that cannot be fetched.',
    meaning:
      'The engine has no store of the name that a source gives, or a task asks for bytes that it has or that do not exist.',
    remedy: 'Report it.',
  },
  NO_CODEC: {
    sentence: 'The tile table has no codec.',
    meaning: 'A layout describes compressed tiles without their compression.',
    remedy: 'Report it.',
  },
  NO_PROGRESS: {
    sentence: 'A task returned without progress.',
    meaning: 'A task that yields must have done part of its work.',
    remedy: 'Report it.',
  },
  NO_READER: {
    sentence: 'A file of the dataset was not opened.',
    meaning: 'A call needs a file that its caller did not supply.',
    remedy: 'Report it.',
  },
  NO_ROOT: {
    sentence: 'The archive has no such root folder.',
    meaning: 'A dataset names a root that is missing from archive.json.',
    remedy: 'Add the root to archive.json, and remove its member `checksum`.',
  },
  OUT_OF_MEMORY: {
    sentence: 'There is no memory left.',
    meaning: 'The machine or the limits of the process leave no memory for the call.',
    remedy: 'Give the process more memory, or lower the memory budget of the service.',
  },
  WORKER_DIED: {
    sentence: 'A worker thread ended unexpectedly.',
    meaning: 'The thread that ran a task of the request ended; another has taken its place.',
    remedy: 'Ask again; report it if it recurs.',
  },
} as const satisfies ErrorList;

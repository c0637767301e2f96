/** Usage errors of the command line, the configuration, the ingest, and of functions that were called wrongly. */
import type { ErrorList } from './entry.ts';

export const callErrors = {
  BAD_ARGUMENT: {
    sentence: 'A function of the addon was called with a wrong argument.',
    meaning: 'An argument has the wrong type or is out of range; the message names it.',
    remedy: 'Correct the call; src/addon has the types.',
  },
  BAD_AUTHORITY: {
    sentence: 'The IVOA authority is malformed.',
    meaning: '--authority is not an authority of IVOA identifiers.',
    remedy: 'Use a name such as example.org.',
  },
  BAD_CATALOG_URL: {
    sentence: 'The URL of the catalog is wrong.',
    meaning: 'It names no PostgreSQL database, or holds a password.',
    remedy: 'Use postgresql://user@host/database, and PGPASSFILE or PGPASSWORD for the password.',
  },
  BAD_COLLECTION: {
    sentence: 'The name of the collection is not allowed.',
    meaning: 'The name given at ingest is empty or longer than 256 characters.',
    remedy: 'Use a name of 1 to 256 characters.',
  },
  BAD_DATE: {
    sentence: 'The release date is malformed.',
    meaning: 'The date given at ingest is not an ISO 8601 date.',
    remedy: 'Use YYYY-MM-DD or YYYY-MM-DDThh:mm:ss.',
  },
  BAD_HDU: {
    sentence: 'The HDU has no image.',
    meaning: '--hdu names an HDU that is absent, or whose image belongs to another HDU.',
    remedy: 'Use one of the HDUs that the message lists.',
  },
  BAD_INDEX_ROW: {
    sentence: 'A row of the dataset index is not valid.',
    meaning: 'The footprint or place of a row is malformed when an index is built.',
    remedy: 'Correct the row that the message names.',
  },
  BAD_MAX_ERROR: {
    sentence: 'The tolerance of positions is not valid.',
    meaning: 'The error allowed to interpolated positions is negative or not a number.',
    remedy: 'Use 0 for exact positions, or a positive number of input pixels.',
  },
  BAD_OUTPUT: {
    sentence: 'The output is not a file.',
    meaning:
      'The name given for the output is a symbolic link, a folder or a device, which a file would replace.',
    remedy: 'Name a file, or use - for standard output.',
  },
  BAD_PATH: {
    sentence: 'The file name is not valid.',
    meaning: 'A name is empty, too long, or holds a zero byte.',
    remedy: 'Rename the file.',
  },
  BAD_REPO: {
    sentence: 'The release label is not allowed.',
    meaning: '--repo has characters that a label cannot have, or more than 64.',
    remedy: "Use letters, digits, '.', '_' and '-'.",
  },
  BAD_ROOT: {
    sentence: 'The path is not inside the folder given by --root.',
    meaning: 'Files are cataloged relative to their root, so that they must be inside it.',
    remedy: 'Give a root that contains the path, or leave --root out.',
  },
  BAD_SETTING: {
    sentence: 'A setting of the service is not valid.',
    meaning: 'An environment variable or option of `vignet serve` has a value that is not allowed.',
    remedy: 'Correct the setting that the message names; `vignet serve --help` lists all of them.',
  },
  BAD_SIMULATION: {
    sentence: 'An option of the simulation is not valid.',
    meaning: 'A number is out of range, or options do not fit together.',
    remedy: 'Correct the option that the message names; `vignet simulate --help` lists all of them.',
  },
  BAD_SITE_TABLE: {
    sentence: 'The columns of a table are wrong.',
    meaning:
      'The description of a table of the site, or its file, has columns without a usable name or type, or values of another type.',
    remedy: 'Correct the file that --columns names, or the table.',
  },
  BAD_SKY: {
    sentence: 'The background cannot be measured as asked.',
    meaning:
      'The call that measures the background needs one input inside the mosaic and cells of at least one pixel.',
    remedy: 'Correct the call.',
  },
  BAD_SKYMAP: {
    sentence: 'The skymap is not valid.',
    meaning: 'The skymap file is not JSON, lacks a value, or describes no possible tessellation.',
    remedy: 'Correct the file; docs/mosaics.md has its format.',
  },
  BAD_SOURCE: {
    sentence: 'The files of a dataset do not fit together.',
    meaning:
      'A layout needs 1 to 16 files: first the image, then at most one mask, variance, weight and sigma.',
    remedy: 'Correct the list of files.',
  },
  BAD_STAMP: {
    sentence: 'A postage stamp is not valid.',
    meaning: 'Size, position, pixel scale or memory of a stamp is out of range.',
    remedy: 'Correct what the message names.',
  },
  BAD_SURVEY: {
    sentence: 'The survey description is not valid.',
    meaning: 'The file given by --describe is not JSON, or says something that no survey description can.',
    remedy: 'Correct the part that the message names; docs/surveys.md explains all of them.',
  },
  BAD_TABLE_NAME: {
    sentence: 'The name of a table is wrong.',
    meaning: 'A table of the site has a malformed name, or one that the catalog itself uses.',
    remedy: 'Use lower-case letters, digits and _.',
  },
  NOTHING_TO_INGEST: {
    sentence: 'There is nothing to ingest.',
    meaning: '`vignet ingest` was called without a file or folder.',
    remedy: 'Name at least one file or folder.',
  },
  NO_ARCHIVE: {
    sentence: 'There is no archive in the folder.',
    meaning: 'The folder given by --archive has no catalog.',
    remedy: 'Check the folder; `vignet ingest` creates an archive.',
  },
  NO_PRINCIPAL: {
    sentence: 'A call does not say who is asking.',
    meaning: 'Every call that reads datasets needs a principal; there is no default.',
    remedy: 'Pass the principal that the function documents, for example ANONYMOUS.',
  },
  NO_SUCH_PATH: {
    sentence: 'There is no such file or folder.',
    meaning: 'A path of the command line does not exist, cannot be read, or holds no image.',
    remedy: 'Check the path and its permissions.',
  },
  NO_SUCH_ROW: {
    sentence: 'The dataset index has no such row.',
    meaning: 'A row number is at or after the end of the index.',
    remedy: 'Use row numbers that a search of the same index returned.',
  },
  OUTPUT_EXISTS: {
    sentence: 'The output file exists already.',
    meaning: 'A command would write over a file without --force.',
    remedy: 'Name another file by --output, or write over it with --force.',
  },
  OUTPUT_IS_INPUT: {
    sentence: 'The output file is one of the inputs.',
    meaning: 'A command would write over a file that it reads, by whatever path, link or case it is named.',
    remedy: 'Name another file by --output. --force does not change this.',
  },
  TOO_DEEP: {
    sentence: 'A folder is nested too deeply.',
    meaning: 'Ingest does not descend into folders beyond a fixed depth.',
    remedy: 'Ingest the inner folder itself, with --root.',
  },
  TOO_MANY_ROWS: {
    sentence: 'The dataset index has too many rows.',
    meaning: 'One index holds at most 2^32 - 2 datasets.',
    remedy: 'Use several archives.',
  },
  UNKNOWN_COLUMN: {
    sentence: 'The catalog has no such column.',
    meaning: 'A query names a column that is not in the schema of the catalog.',
    remedy: 'Use one of the columns of src/catalog.',
  },
  UNKNOWN_TABLE: {
    sentence: 'The catalog has no such table.',
    meaning: 'A query names a table that the catalog does not have.',
    remedy: 'Use a table that docs/archive.md lists.',
  },
} as const satisfies ErrorList;

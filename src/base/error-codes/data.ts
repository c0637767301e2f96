/** Data errors: a file or the archive is damaged, changed or not supported. Asking again does not help. */
import type { ErrorList } from './entry.ts';

export const dataErrors = {
  ALL_FAILED: {
    sentence: 'All inputs failed.',
    meaning: 'The command wrote a stack or mosaic of which no input could be read whole.',
    remedy: 'Correct what the message names; the STATUS table of the file has the reason of every input.',
  },
  BAD_ARCHIVE: {
    sentence: 'archive.json is not valid.',
    meaning:
      'The description of the archive is not JSON, lacks a value, is of another version, or does not agree with its checksum.',
    remedy:
      'If it was edited, remove its member `checksum`; else restore it from a backup, or ingest into a new archive.',
  },
  BAD_CARD: {
    sentence: 'A header card is not valid.',
    meaning: 'A card that is needed to find pixels has a wrong type or an impossible value.',
    remedy: 'Get the file again, or correct the card that the message names.',
  },
  BAD_CATALOG: {
    sentence: 'The catalog cannot be used.',
    meaning: 'The DuckDB file cannot be opened, or was written by another version of Vignet.',
    remedy: 'Restore it from a backup, or ingest into a new archive.',
  },
  BAD_EXPOSURE_TABLE: {
    sentence: 'A table that describes the exposure is damaged.',
    meaning: 'Calibration, PSF or detector are stored in tables of the file, and one of them is malformed.',
    remedy: 'Get the file again; its pixels can be read all the same.',
  },
  BAD_GZIP: {
    sentence: 'A gzip stream is damaged.',
    meaning: 'A gzipped file, or a gzip-compressed tile of an image, cannot be inflated.',
    remedy: 'Get the file again.',
  },
  BAD_HCOMPRESS: {
    sentence: 'An HCOMPRESS stream is damaged.',
    meaning: 'A tile of an image compressed by HCOMPRESS_1 cannot be decoded.',
    remedy: 'Get the file again.',
  },
  BAD_HEADER: {
    sentence: 'A FITS header is damaged.',
    meaning: 'A header lacks a required card, has no END, or has impossible sizes.',
    remedy: 'Get the file again.',
  },
  BAD_IMAGE: {
    sentence: 'The image has a shape that is not supported.',
    meaning: 'An axis is too long, or the data are smaller than the pixels that the header describes.',
    remedy: 'None; the image cannot be read.',
  },
  BAD_INDEX: {
    sentence: 'The dataset index is damaged.',
    meaning:
      'The file that finds datasets by position and ID fails its checksums, or leads to the record of another dataset, or was written by an older version.',
    remedy:
      "Run 'vignet ingest --force' on a folder of the archive: it makes a new index from the catalog. 'vignet check' tells whether the rest is whole.",
  },
  BAD_INDEX_TABLE: {
    sentence: 'The INDEX table of the file is damaged.',
    meaning:
      'A file of the lsst.images format has a table of its HDUs that is malformed or points outside the file.',
    remedy: 'Get the file again, or ask for CUTOUTDETAIL=MaskedImage, which does not need the table.',
  },
  BAD_LAYOUT: {
    sentence: "The archive's layout of the dataset is damaged.",
    meaning: 'The record of HDUs, tiles and WCS made at ingest fails its checks, or is of another version.',
    remedy: 'Ingest the file again with --force.',
  },
  BAD_NAME: {
    sentence: 'The name of a file is not UTF-8.',
    meaning: 'The catalog holds names as UTF-8 text.',
    remedy: 'Rename the file.',
  },
  BAD_PACK: {
    sentence: "The archive's record of the dataset is damaged.",
    meaning: 'A pack of records is missing, cut short, or fails its checksum.',
    remedy: 'Ingest the file again with --force.',
  },
  BAD_PLANE: {
    sentence: 'The planes of the dataset do not fit together.',
    meaning: 'Mask, variance or weight has another size than the image, or a type that it cannot have.',
    remedy: 'Check that the files belong to one image.',
  },
  BAD_PLIO: {
    sentence: 'A PLIO stream is damaged.',
    meaning: 'A tile of a mask compressed by PLIO_1 cannot be decoded.',
    remedy: 'Get the file again.',
  },
  BAD_RENDER_INPUT: {
    sentence: 'The FITS file made for the picture is malformed.',
    meaning: 'A picture is rendered from a FITS file, whose header is not as expected.',
    remedy: 'Report it; ask for RESPONSEFORMAT=fits in the meantime.',
  },
  BAD_RICE: {
    sentence: 'A Rice stream is damaged.',
    meaning: 'A tile of an image compressed by RICE_1 cannot be decoded.',
    remedy: 'Get the file again.',
  },
  BAD_TILE: {
    sentence: 'A tile of the image is damaged.',
    meaning: 'The message names HDU and tile, and why the tile cannot be decoded.',
    remedy: 'Get the file again; regions that do not meet the tile can be read all the same.',
  },
  BAD_TILE_TABLE: {
    sentence: 'The table of compressed tiles is malformed.',
    meaning:
      'A compressed image has a binary table whose header or columns are not as the FITS standard requires.',
    remedy: 'Get the file again.',
  },
  BAD_WCS: {
    sentence: 'The WCS of the image cannot be used.',
    meaning:
      'Cards of the WCS are missing, malformed, contradictory, or describe a distortion that is not supported.',
    remedy: 'Correct the cards; without a WCS the image can be cut by pixels only.',
  },
  BAD_ZIP: {
    sentence: 'A member of a zip file cannot be read.',
    meaning:
      'The zip file is damaged, its directory and its members contradict each other, it has no member of the name or several, or the member is compressed, encrypted or gzipped.',
    remedy: 'Write the zip file again, with its members stored as they are.',
  },
  COMPRESSED_FILE: {
    sentence: 'The whole file is gzip-compressed.',
    meaning: 'A call that reads FITS was given a gzipped file.',
    remedy: 'Inflate it first; `vignet ingest` does so by itself.',
  },
  DUPLICATE_DATASET: {
    sentence: 'A dataset is there twice.',
    meaning:
      '`vignet check`: a run has two datasets of one type and data ID, or two datasets have the same file or the same pixels.',
    remedy:
      'Find out which of them is meant, and remove the other: from the Butler, or from the folder, and ingest that again.',
  },
  DUPLICATE_ID: {
    sentence: 'Another file has the same dataset ID.',
    meaning: 'Two files of one ingest carry the same UUID; the second is left out.',
    remedy: 'Remove the copy.',
  },
  EMPTY: {
    sentence: 'The file is empty.',
    meaning: 'A file of an ingest has no bytes.',
    remedy: 'Get the file again.',
  },
  FILE_CHANGED: {
    sentence: 'A file has changed since it was ingested.',
    meaning: 'Its size or modification time is not that of the ingest, so that its pixels may be elsewhere.',
    remedy: 'Ingest the file again.',
  },
  FILE_GONE: {
    sentence: 'A file is no longer there.',
    meaning: 'A file that was ingested has been moved or removed.',
    remedy: 'Restore the file, or ingest its folder again.',
  },
  FILE_UNREADABLE: {
    sentence: 'A file or folder cannot be read.',
    meaning:
      'The process has no permission, or the file system reports an error that does not pass by itself.',
    remedy: 'Check the permissions and the file system.',
  },
  GZIP_TOO_LARGE: {
    sentence: 'A gzipped file inflates to more than is allowed.',
    meaning: 'Inflated files are limited, so that a small file cannot fill the disk.',
    remedy: 'Inflate the file yourself and ingest the result.',
  },
  ID_IN_OTHER_REPO: {
    sentence: 'The dataset ID is held under another release label.',
    meaning: 'An archive holds each UUID once.',
    remedy: 'Ingest it under the label that the message names, or into another archive.',
  },
  LAYOUT_TOO_LARGE: {
    sentence: 'The header information of the file is too large.',
    meaning: 'The layout made at ingest is over the limit of one record.',
    remedy: 'None; the file has an unusual number of HDUs or cards.',
  },
  MISSING_INPUT: {
    sentence: 'An input of the mosaic cannot be used.',
    meaning: 'MISSING=fail was asked for, and a dataset of the mosaic cannot be read.',
    remedy: 'Repair the dataset that the message names, or use MISSING=skip.',
  },
  NEARLINE: {
    sentence: 'The dataset is not on a disk of this machine.',
    meaning:
      'The catalog has it with state nearline: its file is on another host or in an object store, and its pixels cannot be read from there. The message says where.',
    remedy:
      'Transfer the file to a disk of the archive and ingest again; or choose datasets whose state is online.',
    status: 409,
  },
  NOT_A_FILE: {
    sentence: 'The path is not a regular file.',
    meaning: 'It is a folder, pipe, socket or device.',
    remedy: 'Name a regular file.',
  },
  NOT_FITS: {
    sentence: 'The file is not FITS.',
    meaning: 'It does not begin with SIMPLE = T, also after inflation.',
    remedy: 'Check what the file is.',
  },
  NO_IMAGE: {
    sentence: 'There is no image.',
    meaning: 'The file or HDU has no image of two to four axes (more only if they have length 1).',
    remedy: 'None for tables and spectra; otherwise choose another HDU.',
  },
  NO_IMAGE_FOR_COMPANION: {
    sentence: 'The image of a mask or weight file is missing.',
    meaning: 'By its name the file is the mask or weight of an image that is not in the same folder.',
    remedy: 'Put the image beside it, or name the file itself to ingest it as an image.',
  },
  NO_PATCH: {
    sentence: 'The dataset has no patch of the skymap.',
    meaning: 'A mosaic by skymap needs tract and patch of every input.',
    remedy: 'Select datasets that are patches of one skymap.',
  },
  NO_PLACE: {
    sentence: 'An image has no place in the camera.',
    meaning: 'GEOMETRY=detector: the WCS of a detector does not fit those of the others.',
    remedy: 'Leave the detector out, or use GEOMETRY=sky.',
  },
  NO_TIME: {
    sentence: 'An image of an exposure has no time.',
    meaning: '`vignet check`: neither the file nor the registry of its Butler says when the exposure was.',
    remedy:
      'Ingest the exposure into the Butler again with its timespan, or give the file its time (DATE-OBS or MJD-OBS) and ingest it again.',
  },
  NO_WCS: {
    sentence: 'The image has no usable celestial WCS.',
    meaning:
      'A position on the sky cannot be converted to pixels of this image. `vignet ls` and `vignet info` say why.',
    remedy: 'Cut the image by pixels: BOX over HTTP, `--box` of `vignet cutout`.',
    status: 400,
  },
  OUTSIDE_ROOT: {
    sentence: 'A file leads out of its root folder.',
    meaning: 'The file or a folder above it is a symbolic link to a place outside the root given at ingest.',
    remedy: 'Ingest the folder that the link leads to.',
  },
  RANDOM_GROUPS: {
    sentence: 'The file holds random groups.',
    meaning: 'FITS random groups (GROUPS = T) are not images.',
    remedy: 'None; the format is not supported.',
  },
  READ_MISMATCH: {
    sentence: 'A byte store gave other bytes than were asked for.',
    meaning: 'What the store read is shorter or longer than the range.',
    remedy: 'Check the store; ask again later if a network lies between.',
  },
  SKYMAP_MISMATCH: {
    sentence: 'An image is not where the skymap has its patch.',
    meaning: 'The skymap of the archive is not the one that the coadds were made with.',
    remedy: 'Ingest with the right skymap (`vignet ingest --skymap`).',
  },
  TOO_COARSE: {
    sentence: 'A stamp covers too many pixels of the image.',
    meaning: 'The common grid is so coarse that one stamp needs more input pixels than are resampled.',
    remedy: 'Ask for a smaller SIZE or PIXSCALE.',
  },
  TOO_MANY_HDUS: {
    sentence: 'The file has too many HDUs.',
    meaning: 'The number of HDUs, or that of images times HDUs, is over the limit of a layout.',
    remedy: 'None; split the file.',
  },
  TRUNCATED: {
    sentence: 'The file ends too early.',
    meaning: 'The header describes more bytes than the file has, for example after a broken download.',
    remedy: 'Get the file again.',
  },
  UNSUPPORTED_TILES: {
    sentence: 'The compression of the image is not supported.',
    meaning: 'The tiles have a codec or a variant that the decoders do not know.',
    remedy: 'Compress the file with RICE_1, GZIP_1, GZIP_2, PLIO_1 or HCOMPRESS_1.',
  },
} as const satisfies ErrorList;

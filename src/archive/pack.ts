/**
 * Pack files: what is known of each dataset, in append-only files `packs/<n>.pack`.
 *
 * An entry, little-endian: magic `VGPE`, u32 version, u32 length of the whole entry, u32 CRC-32 of all that follows,
 * u32 bytes of JSON, u32 bytes of layout, the JSON, the layout. A catalog row holds (pack, offset, length).
 */
import { crc32 } from 'node:zlib';
import { VignetError } from '../base/errors.ts';

const MAGIC = 0x45504756;
const VERSION = 1;
const HEADER = 24;
/** No layout comes near this; a length beyond it is damage. */
export const MAX_ENTRY = 64 * 1024 * 1024;

export interface PackRef {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
}

export interface RawEntry {
  readonly meta: unknown;
  readonly layout: Uint8Array;
}

export function encodeEntry(meta: unknown, layout: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify(meta), 'utf8');
  const entry = Buffer.alloc(HEADER + json.length + layout.length);
  if (entry.length > MAX_ENTRY) {
    throw new VignetError(
      'data',
      'LAYOUT_TOO_LARGE',
      `expected a layout of at most ${MAX_ENTRY} bytes, received ${layout.length}; the file has too many HDUs or cards`,
    );
  }
  entry.writeUInt32LE(MAGIC, 0);
  entry.writeUInt32LE(VERSION, 4);
  entry.writeUInt32LE(entry.length, 8);
  entry.writeUInt32LE(json.length, 16);
  entry.writeUInt32LE(layout.length, 20);
  json.copy(entry, HEADER);
  entry.set(layout, HEADER + json.length);
  entry.writeUInt32LE(crc32(entry.subarray(16)), 12);
  return entry;
}

/** The entry of bytes that `PackWriter.appendBytes` wrote with `meta`. */
export function entryAround(meta: unknown, { pack, offset, length }: PackRef): PackRef {
  const lead = HEADER + Buffer.byteLength(JSON.stringify(meta), 'utf8');
  return { pack, offset: offset - lead, length: length + lead };
}

function damaged(why: string): VignetError {
  return new VignetError(
    'data',
    'BAD_PACK',
    `the archive's record of this dataset is damaged (${why}); ingest its file again with --force`,
  );
}

/** Checks everything and throws VignetError data BAD_PACK. The layout shares the entry's memory. */
export function decodeEntry(entry: Uint8Array): RawEntry {
  const view = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
  if (view.length < HEADER) throw damaged('too short');
  if (view.readUInt32LE(0) !== MAGIC) throw damaged('no entry starts there');
  if (view.readUInt32LE(4) !== VERSION) throw damaged(`unknown version ${view.readUInt32LE(4)}`);
  if (view.readUInt32LE(8) !== view.length) throw damaged('its length differs from the catalog');
  const jsonLength = view.readUInt32LE(16);
  const layoutLength = view.readUInt32LE(20);
  if (HEADER + jsonLength + layoutLength !== view.length) throw damaged('its parts do not fill it');
  if (view.readUInt32LE(12) !== crc32(view.subarray(16))) throw damaged('its checksum is wrong');
  const meta: unknown = JSON.parse(view.toString('utf8', HEADER, HEADER + jsonLength));
  return { meta, layout: view.subarray(HEADER + jsonLength) };
}

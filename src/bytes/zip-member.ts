/** Members of zip files (APPNOTE 6.3) that are stored without compression: where their bytes are in the file. Nothing is unpacked. */
import type { FileHandle } from 'node:fs/promises';
import { VignetError } from '../base/errors.ts';

/** A range of bytes of the zip file. */
export interface MemberPlace {
  readonly offset: number;
  readonly length: number;
}

/** A member as the central directory has it. */
interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly header: number;
}

/** All members of a zip file. */
export interface ZipDirectory {
  /** Where the members end. */
  readonly offset: number;
  /** By name in UTF-8, as latin-1; null: several have it. Names in old code pages are left out: no Butler writes them. */
  readonly byName: ReadonlyMap<string, Entry | null>;
  /** Where local headers begin, ascending. */
  readonly headers: Float64Array;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** Of the record at the end: 22 bytes and a comment. */
const LONGEST_END = 22 + 65_535;
/** Of a central directory: half a million members of a Butler. */
const MOST_DIRECTORY = 64 * 2 ** 20;
const ENCRYPTED = 1 | 64 | 8192;
const SIZES_FOLLOW = 8;
const IS_UTF8 = 2048;
const [U16, U32] = [0xffff, 0xffffffff];

const bad = (why: string, remedy = 'write the zip file again') =>
  new VignetError('data', 'BAD_ZIP', `${why}; ${remedy}`);

/** The members of an open zip file of this size. Throws VignetError data BAD_ZIP. */
export async function readDirectory(file: FileHandle, size: number): Promise<ZipDirectory> {
  const { offset, bytes, count } = await directoryOf(file, size);
  return { offset, ...entriesOf(bytes, count) };
}

/**
 * The bytes of a member. Central directory, local header and the places of the other members must agree. Throws VignetError data BAD_ZIP.
 */
export async function memberPlace(
  file: FileHandle,
  { offset, byName, headers }: ZipDirectory,
  name: string,
): Promise<MemberPlace> {
  const bytes = Buffer.from(name, 'utf8');
  const entry = byName.get(bytes.toString('latin1'));
  if (entry === undefined) throw bad('the zip file has no member of the name that the datastore records');
  if (entry === null)
    throw bad('the zip file has more than one member of the name that the datastore records');
  if ((entry.flags & ENCRYPTED) !== 0)
    throw bad('the member of the zip file is encrypted', 'store it without encryption');
  if (entry.method !== 0)
    throw bad(
      `the member of the zip file is compressed (method ${entry.method})`,
      'store it without compression, as a Butler does',
    );
  if (entry.packed !== entry.size)
    throw bad('the member of the zip file has two sizes, though it is not compressed');
  const start = await dataStart(file, entry, offset, bytes);
  const end = start + entry.size;
  const at = headers.indexOf(entry.header);
  const next = headers[at + 1] ?? offset;
  if (end > offset) throw bad('the member of the zip file reaches beyond the members');
  if (end > next || next === entry.header) throw bad('members of the zip file overlap');
  return { offset: start, length: entry.size };
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw bad('the zip file is cut short');
    done += bytesRead;
  }
  return bytes;
}

/** Where the members end, and their directory. */
async function directoryOf(file: FileHandle, size: number) {
  const tailAt = Math.max(0, size - LONGEST_END);
  const tail = await read(file, tailAt, size - tailAt);
  const at = endIn(tail);
  if (at < 0) throw bad('expected a zip file, received one without the record at its end');
  if (tail.readUInt16LE(at + 4) !== tail.readUInt16LE(at + 6)) throw bad('the zip file is in several parts');
  let count = tail.readUInt16LE(at + 10);
  let length = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  let end = tailAt + at;
  if (count === U16 || length === U32 || offset === U32) {
    const large = await end64(file, end);
    if (large) ({ count, length, offset, end } = large);
  }
  // Members that do not begin at the first byte would be somewhere else for others.
  if (offset + length !== end)
    throw bad('expected the directory of the zip file right before its end, received another place');
  if (length > MOST_DIRECTORY)
    throw bad(
      `expected a directory of at most ${MOST_DIRECTORY} bytes in the zip file, received ${length}`,
      'split it',
    );
  return { offset, count, bytes: await read(file, offset, length) };
}

/** The record whose comment ends with the file. */
function endIn(tail: Buffer): number {
  for (let at = tail.length - 22; at >= 0; at--)
    if (tail.readUInt32LE(at) === END && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return at;
  return -1;
}

/** The record of large zip files, which the one at the end points to. */
async function end64(file: FileHandle, end: number) {
  if (end < 20) return undefined;
  const locator = await read(file, end - 20, 20);
  if (locator.readUInt32LE(0) !== LOCATOR_64) return undefined;
  const at = safe(locator.readBigUInt64LE(8));
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1)
    throw bad('the zip file is in several parts');
  if (at + 56 > end - 20) throw bad('the record at the end of the zip file points beyond it');
  const record = await read(file, at, 56);
  if (record.readUInt32LE(0) !== END_64) throw bad('the record at the end of the zip file points elsewhere');
  if (at + 12 + safe(record.readBigUInt64LE(4)) !== end - 20)
    throw bad('the record at the end of the zip file has another length');
  return {
    count: safe(record.readBigUInt64LE(32)),
    length: safe(record.readBigUInt64LE(40)),
    offset: safe(record.readBigUInt64LE(48)),
    end: at,
  };
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw bad('a number in the zip file is larger than any file');
  return Number(value);
}

/** Throws where members do not fill the directory. */
function entriesOf(bytes: Buffer, count: number): Pick<ZipDirectory, 'byName' | 'headers'> {
  const byName = new Map<string, Entry | null>();
  const headers: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL)
      throw bad('the directory of the zip file is damaged');
    const behindName = at + 46 + bytes.readUInt16LE(at + 28);
    const behindExtra = behindName + bytes.readUInt16LE(at + 30);
    const end = behindExtra + bytes.readUInt16LE(at + 32);
    if (end > bytes.length) throw bad('the directory of the zip file is damaged');
    const name = bytes.toString('latin1', at + 46, behindName);
    const entry = entryOf(bytes, at, bytes.subarray(behindName, behindExtra));
    headers.push(entry.header);
    const isText = (entry.flags & IS_UTF8) !== 0 || isAscii(bytes.subarray(at + 46, behindName));
    if (isText) byName.set(name, byName.has(name) ? null : entry);
    at = end;
  }
  if (headers.length !== count)
    throw bad('the directory of the zip file has another number of members than its end says');
  return { byName, headers: Float64Array.from(headers).sort() };
}

const isAscii = (name: Buffer) => name.every((byte) => byte < 128);

function entryOf(bytes: Buffer, at: number, extra: Buffer): Entry {
  const held = {
    size: bytes.readUInt32LE(at + 24),
    packed: bytes.readUInt32LE(at + 20),
    header: bytes.readUInt32LE(at + 42),
  };
  const large = Object.values(held).includes(U32) ? extra64(extra) : undefined;
  let next = 0;
  const value = (field: keyof typeof held): number => {
    if (held[field] !== U32 || !large) return held[field];
    if (next + 8 > large.length) throw bad('a large member of the zip file lacks its size or place');
    const found = safe(large.readBigUInt64LE(next));
    next += 8;
    return found;
  };
  // In this order, and only those that do not fit into 32 bits.
  const [size, packed, header] = [value('size'), value('packed'), value('header')];
  return { flags: bytes.readUInt16LE(at + 8), method: bytes.readUInt16LE(at + 10), size, packed, header };
}

/** The extra field with numbers of 64 bits. */
function extra64(extra: Buffer): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (at + 4 + length > extra.length) return undefined;
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

/** Where the bytes of a member begin: behind its local header, which says the same as the directory. */
async function dataStart(file: FileHandle, entry: Entry, directory: number, name: Buffer): Promise<number> {
  if (entry.header + 30 > directory) throw bad('the member of the zip file lies beyond the members');
  const head = await read(file, entry.header, 30);
  const [nameBytes, extraBytes] = [head.readUInt16LE(26), head.readUInt16LE(28)];
  const start = entry.header + 30 + nameBytes + extraBytes;
  if (start > directory) throw bad('the member of the zip file lies beyond the members');
  const own = await read(file, entry.header + 30, nameBytes);
  const sizes = [head.readUInt32LE(18), head.readUInt32LE(22)];
  const isSame =
    head.readUInt32LE(0) === LOCAL &&
    head.readUInt16LE(6) === entry.flags &&
    head.readUInt16LE(8) === entry.method &&
    own.equals(name) &&
    ((entry.flags & SIZES_FOLLOW) !== 0 || sizes.every((size) => size === U32 || size === entry.size));
  if (!isSame) throw bad('the member of the zip file has a header that differs from the directory');
  return start;
}

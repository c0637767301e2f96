/** The members of a gzip file (RFC 1952) inflated one after another, and nothing of what follows them. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';

/** Of a header; names and comments are a few hundred bytes at most. */
const HEADER_BYTES = 65_536;
/** Read at once. */
const PIECE_BYTES = 262_144;
const [FHCRC, FEXTRA, FNAME, FCOMMENT] = [2, 4, 8, 16] as const;

function damaged(what: string): Error {
  return Object.assign(new Error(what), { code: 'Z_DATA_ERROR' });
}

function isMember(head: Buffer): boolean {
  return head.length >= 10 && head.readUInt16BE(0) === 0x1f8b && head[2] === 8;
}

/** Bytes of the header that `head` begins with. */
function headerBytes(head: Buffer): number {
  const flags = head[3] ?? 0;
  let end = 10;
  if (flags & FEXTRA) end += 2 + (end + 2 <= head.length ? head.readUInt16LE(end) : head.length);
  for (const flag of [FNAME, FCOMMENT]) {
    if (!(flags & flag)) continue;
    const zero = head.indexOf(0, end);
    end = zero < 0 ? head.length + 1 : zero + 1;
  }
  if (flags & FHCRC) end += 2;
  if (end > head.length) throw damaged('incorrect header');
  return end;
}

async function piece(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function* piecesFrom(file: FileHandle, position: number): AsyncGenerator<Buffer> {
  for (let at = position; ; ) {
    const next = await piece(file, at, PIECE_BYTES);
    if (next.length === 0) return;
    at += next.length;
    yield next;
  }
}

/** Yields the data of one member that begins at `start`; returns where it ends. */
async function* member(file: FileHandle, start: number, head: Buffer): AsyncGenerator<Buffer, number> {
  const from = start + headerBytes(head);
  const packed = Readable.from(piecesFrom(file, from));
  const inflate = createInflateRaw();
  packed.on('error', (error) => inflate.destroy(error));
  let [sum, size] = [0, 0];
  try {
    for await (const chunk of packed.pipe(inflate) as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      size = (size + chunk.length) % 2 ** 32;
      yield chunk;
    }
  } finally {
    packed.destroy();
    inflate.destroy();
  }
  // What of the input the stream has taken.
  const end = from + inflate.bytesWritten;
  const trailer = await piece(file, end, 8);
  if (trailer.length < 8) throw Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR' });
  if (trailer.readUInt32LE(0) !== sum) throw damaged('incorrect data check');
  if (trailer.readUInt32LE(4) !== size) throw damaged('incorrect length check');
  return end + 8;
}

/**
 * Yields the data of all members. Bytes after the last that are no member, as tools that copy whole blocks leave them, are
 * passed over; `onTrailing` is told how many they are. The file stays open. Throws errors with zlib's codes.
 */
export async function* gunzip(file: FileHandle, onTrailing: (bytes: number) => void): AsyncGenerator<Buffer> {
  const { size } = await file.stat();
  let [at, head] = [0, await piece(file, 0, HEADER_BYTES)];
  if (!isMember(head)) throw damaged('incorrect header check');
  while (isMember(head)) {
    at = yield* member(file, at, head);
    head = await piece(file, at, HEADER_BYTES);
  }
  if (at < size) onTrailing(size - at);
}

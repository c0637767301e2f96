/**
 * Tar archives whose every byte is known before any is written (POSIX.1-2001, pax interchange format): where each member begins follows
 * from names and sizes. Libraries write tar as a stream, and cannot say where its members will be; a header is 512 bytes.
 */

const BLOCK = 512;
/** What the size field of ustar holds, octal digits of 11. Larger members have their size in a pax header before their own. */
const LARGEST = 8 ** 11 - 1;

/** Bytes that end an archive: two blocks of zeros. */
export const TAR_END = 2 * BLOCK;
/** Longest name of a member. */
export const LONGEST_NAME = 100;

export interface TarMember {
  /** ASCII, at most 100 characters. */
  readonly name: string;
  readonly size: number;
  readonly modified: Date;
}

export const padded = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK;

/** One block. `type`: '0' a file, 'x' a pax header of what follows. */
function block({ name, size, modified }: TarMember, type: '0' | 'x'): Buffer {
  const out = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) =>
    out.write(`${Math.max(0, Math.floor(value)).toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  out.write(name, 0, LONGEST_NAME, 'latin1');
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(Math.min(size, LARGEST), 124, 11);
  octal(Math.min(modified.getTime() / 1000, LARGEST), 136, 11);
  out.write(`        ${type}`, 148, 'latin1');
  out.write('ustar\x0000', 257, 'latin1');
  const sum = out.reduce((total, byte) => total + byte, 0);
  out.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return out;
}

/** `LENGTH size=BYTES\n`, where LENGTH counts itself. */
function paxSize(size: number): string {
  const text = ` size=${size}\n`;
  const length = [1, 2, 3]
    .map((digits) => text.length + digits)
    .find((all) => String(all).length + text.length === all);
  return `${length}${text}`;
}

/** What stands before the bytes of a member. */
export function tarHeader(member: TarMember): Buffer {
  if (member.size <= LARGEST) return block(member, '0');
  const record = paxSize(member.size);
  const data = Buffer.alloc(padded(record.length));
  data.write(record, 'latin1');
  return Buffer.concat([block({ ...member, size: record.length }, 'x'), data, block(member, '0')]);
}

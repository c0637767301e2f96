/** The stored pixels of an image as a digest: the data of its HDU, without the header. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { LayoutInfo } from '../addon/layout.ts';

const BLOCK = 2880;
const CARD = 80;
const PIECE = 2 ** 20;

/** Undefined for a header without an end. */
export async function pixelsOf(path: string, { planes, hdus }: LayoutInfo): Promise<string | undefined> {
  const hdu = hdus[planes[0]?.hdu ?? -1];
  if (!hdu) return undefined;
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(PIECE - (PIECE % BLOCK));
    let isHeader = true;
    for (let at = 0; at < hdu.bytes; ) {
      const size = Math.min(buffer.length, hdu.bytes - at);
      const { bytesRead } = await file.read(buffer, 0, size, hdu.offset + at);
      if (bytesRead === 0) break;
      at += bytesRead;
      let data = buffer.subarray(0, bytesRead);
      if (isHeader) {
        const end = endOfHeader(data);
        if (end === undefined) continue;
        isHeader = false;
        data = data.subarray(end);
      }
      hash.update(data);
    }
    return isHeader ? undefined : hash.digest('hex');
  } finally {
    await file.close();
  }
}

function endOfHeader(bytes: Buffer): number | undefined {
  for (let at = 0; at + CARD <= bytes.length; at += CARD)
    if (bytes.toString('latin1', at, at + 8) === 'END     ') return Math.ceil((at + CARD) / BLOCK) * BLOCK;
  return undefined;
}

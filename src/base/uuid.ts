/** UUIDs of datasets. */
import { createHash } from 'node:crypto';

/** Namespace of the names Vignet gives to plain files; never to change. */
const NAMESPACE = Buffer.from('6f2d1a5ce08b4c1f9b0e51d3a7c64e90', 'hex');

const HEX = /^[0-9a-f]{32}$/;

/** A UUID in its canonical form (lower case, with dashes), from that or from 32 hexadecimal digits; undefined when it is none. */
export function canonicalUuid(text: string): string | undefined {
  const dashed = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  const hex = (dashed ? text.replaceAll('-', '') : text).toLowerCase();
  return HEX.test(hex) ? withDashes(hex) : undefined;
}

function withDashes(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** UUID version 5 (RFC 9562) of a name in a namespace. */
export function uuidV5(name: string, namespace: Buffer = NAMESPACE): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return withDashes(bytes.toString('hex'));
}

/**
 * The ID of an image in a plain file: a function of its collection, its path beneath the root (with `/`) and its 0-based HDU,
 * so the same on every node and at every ingest.
 */
export function fileUuid(collection: string, path: string, hdu: number): string {
  return uuidV5(JSON.stringify([collection, path, hdu]));
}

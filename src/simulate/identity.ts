/** Names of simulated datasets that are the same every time. */
import { createHash } from 'node:crypto';

/** The DNS namespace's UUIDv5 of vignet.simulate. */
const NAMESPACE = uuidFrom(Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex'), 'vignet.simulate');

function uuidFrom(namespace: Buffer, name: string): Buffer {
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes;
}

/** A UUIDv5 in its usual form. */
export function uuidOf(name: string): string {
  const hex = uuidFrom(NAMESPACE, name).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The seed of the subtractive dither as afw derives it from the required data-id values: 1 to 9999. */
export function ditherSeedOf(values: readonly (string | number)[]): number {
  const json = `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  const digest = createHash('md5').update(json).digest('hex');
  return 1 + Number(BigInt(`0x${digest}`) % 9999n);
}

/** 64 bits of seed, as two numbers of 32. */
export function noiseSeedOf(name: string): [number, number] {
  const digest = createHash('sha1').update(`noise/${name}`).digest();
  return [digest.readUInt32BE(0), digest.readUInt32BE(4)];
}

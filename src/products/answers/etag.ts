import { createHash } from 'node:crypto';

/** A strong entity tag of everything an answer depends on. Parts are JSON; the order of their keys is the caller's. */
export function etagOf(...parts: readonly unknown[]): string {
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32)}"`;
}

/** Where the bytes of a call come from. */
import type { ByteRange, FileSource } from '../base/sources.ts';
import type { PlainError } from '../base/to-vignet-error.ts';

/** Pieces of something that lies elsewhere, and what it looked like. */
export interface Extents {
  readonly size: number;
  readonly mtimeNs?: bigint;
  readonly extents: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

/** Something that cannot be read: to the call it is as a file that cannot be opened. */
export interface LostSource {
  readonly lost: PlainError;
}

/** What the addon can read from: a file that it opens, or what the caller has brought. */
export type AddonSource = FileSource | Extents | LostSource;

/** The missing bytes of each source of a call, in their order. Only sources of extents have any. */
export type Need = readonly (readonly ByteRange[])[];

/** What a call gives that can do nothing before it has all its bytes. */
export type OrNeed<T> = T | { readonly need: Need };

export function needsBytes<T>(answer: OrNeed<T>): answer is { readonly need: Need } {
  return typeof answer === 'object' && answer !== null && 'need' in answer;
}

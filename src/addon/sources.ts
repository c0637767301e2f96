/** Where the bytes of a call come from: files beneath a root, or pieces of them that were brought. */
import type { Source } from '../base/dataset.ts';

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Supplied pieces of a file instead of the file itself. */
export interface Extents {
  readonly size: number;
  readonly mtimeNs?: bigint;
  readonly extents: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

/** What the addon can read from. */
export type AddonSource = Source | Extents;

/** Of each source of a call, in their order there: what it lacks. Only extents lack anything. */
export type Need = readonly (readonly ByteRange[])[];

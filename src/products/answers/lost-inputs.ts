/** What of its inputs an answer could not use, in words. */
import { addTo } from '../../base/add-to.ts';
import { clip } from '../../base/clip.ts';
import { count } from '../../base/count.ts';

/**
 * An input that failed, wholly or in part, as the STATUS table of the answer has it.
 * @example
 * ```ts
 * import type { LostInput } from 'vignet';
 *
 * const isGone = ({ code }: LostInput) => code === 'FILE_GONE';
 * ```
 */
export interface LostInput {
  /** The dataset; empty where not even that could be read. */
  readonly id: string;
  readonly code: string;
  readonly reason: string;
}

/**
 * How many inputs an answer has, and those that failed.
 * @example
 * ```ts
 * import type { InputsOfAnswer } from 'vignet';
 *
 * const isUseless = ({ planned, lost }: InputsOfAnswer) => planned > 0 && lost.length === planned;
 * ```
 */
export interface InputsOfAnswer {
  readonly planned: number;
  readonly lost: readonly LostInput[];
}

/** Kinds of failures that a sentence names. */
const NAMED = 3;

/** Undefined where nothing failed. */
export function lostSentence({ planned, lost }: InputsOfAnswer): string | undefined {
  if (lost.length === 0) return undefined;
  const [only] = lost;
  if (planned === 1 && only)
    return `the only input${only.id && `, ${only.id},`} failed with ${only.code}: ${clip(only.reason, 200)}`;
  const kinds = new Map<string, LostInput[]>();
  for (const one of lost) addTo(kinds, one.code, one);
  const sorted = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  const reasons = sorted.slice(0, NAMED).map(([code, [first, ...others]]) => {
    const which = first?.id ? `${others.length > 0 ? ', among them' : ','} ${first.id}` : '';
    return `${others.length + 1} with ${code}${which}: ${clip(first?.reason ?? '', 200)}`;
  });
  const more = lost.length - sorted.slice(0, NAMED).reduce((sum, [, { length }]) => sum + length, 0);
  const which =
    lost.length < planned ? `${lost.length} of ${count(planned, 'input')}` : `all ${planned} inputs`;
  return `${which} failed: ${[...reasons, ...(more > 0 ? [`${more} with other codes`] : [])].join('; ')}`;
}

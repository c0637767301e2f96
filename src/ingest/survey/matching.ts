/** Patterns of descriptions, and whether their conditions hold of a file. */
import type { Cards } from '../describe/cards.ts';
import type { Condition } from './schema.ts';

const compiled = new Map<string, RegExp>();

/** A pattern is of the whole text, of either case. */
export function regexpOf(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const made = new RegExp(`^(?:${pattern})$`, 'i');
  compiled.set(pattern, made);
  return made;
}

/** What is known of a file when a description is chosen. */
export interface FileFacts {
  /** Without folders. */
  readonly name: string;
  /** Of the primary HDU and of the first image, which goes first. */
  readonly cards: Cards;
  /** EXTNAMEs of its images. */
  readonly extensions: readonly string[];
}

/** A file's name as patterns see it: how it is compressed says nothing of what it is. */
export const plainName = (name: string) => name.replace(/\.(?:fz|gz)$/i, '');

/** Why a condition holds of a file, in words; undefined when it does not. */
export function whyHolds(condition: Condition, file: FileFacts): string | undefined {
  const reasons: string[] = [];
  const { name, cards = {}, extensions = [] } = condition;
  if (name !== undefined) {
    if (!regexpOf(name).test(plainName(file.name))) return undefined;
    reasons.push(`its name is like ${name}`);
  }
  for (const [keyword, pattern] of Object.entries(cards)) {
    const value = file.cards[keyword];
    const text = value === undefined ? undefined : String(value).trim();
    if (text === undefined || !regexpOf(pattern).test(text)) return undefined;
    reasons.push(`${keyword} = ${text}`);
  }
  for (const pattern of extensions) {
    const found = file.extensions.find((one) => regexpOf(pattern).test(one));
    if (found === undefined) return undefined;
    reasons.push(`it has an HDU ${found}`);
  }
  return reasons.join(', ');
}

/** The first of several that has no condition, or whose condition holds. */
export function firstThatHolds<T extends { readonly when?: Condition }>(
  choices: readonly T[] | undefined,
  file: FileFacts,
): T | undefined {
  return choices?.find(({ when }) => when === undefined || whyHolds(when, file) !== undefined);
}

/** Typed access to the cards of a dataset; a card of the wrong type counts as missing, for headers are as people wrote them. */
export type Cards = Readonly<Record<string, string | number | boolean>>;

/** The first of the keywords that holds a word: trimmed, not empty. */
export function textOf(cards: Cards, ...keywords: string[]): string | undefined {
  for (const keyword of keywords) {
    const value = cards[keyword];
    const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
    if (text !== '') return text;
  }
  return undefined;
}

/** The first of the keywords that holds a finite number, or text that is one. */
export function numberOf(cards: Cards, ...keywords: string[]): number | undefined {
  for (const keyword of keywords) {
    const value = cards[keyword];
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** The first of the keywords that holds a whole number that fits a catalog. */
export function intOf(cards: Cards, ...keywords: string[]): number | undefined {
  for (const keyword of keywords) {
    const number = numberOf(cards, keyword);
    if (number !== undefined && Number.isSafeInteger(number)) return number;
  }
  return undefined;
}

export function has(cards: Cards, ...keywords: string[]): boolean {
  return keywords.some((keyword) => cards[keyword] !== undefined);
}

/**
 * What an image means by the HDUCLAS cards of ESO (its Data Interface Control Document: HDUDOC = 'DICD'; MUSE, FORS and others): HDUCLAS2 is
 * DATA, ERROR or QUALITY, HDUCLAS3 says how the errors or flags are written.
 */
import { type Cards, textOf } from '../describe/cards.ts';
import type { Meaning } from './schema.ts';

const ERRORS: Readonly<Record<string, Meaning>> = { MSE: 'variance', RMSE: 'sigma', INVMSE: 'weight' };
const QUALITIES: Readonly<Record<string, Meaning>> = {
  FLAG32BIT: 'mask',
  FLAG16BIT: 'mask',
  MASKONE: 'mask',
};

/** Undefined: the cards are not there. What they say and nobody knows is `other`. */
export function esoMeaning(cards: Cards): Meaning | undefined {
  const [family, kind = '', form = ''] = ['HDUCLASS', 'HDUCLAS2', 'HDUCLAS3'].map((card) =>
    textOf(cards, card)?.trim().toUpperCase(),
  );
  if (family !== 'ESO') return undefined;
  if (kind === 'DATA') return 'science';
  if (kind === 'ERROR') return ERRORS[form] ?? 'other';
  return kind === 'QUALITY' ? (QUALITIES[form] ?? 'other') : undefined;
}

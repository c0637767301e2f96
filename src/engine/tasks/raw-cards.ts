/**
 * Runs: reads the headers of all HDUs of a dataset, uncorrected.
 * Costs: no more than their bytes, which are limited.
 * Transfers: the cards of each HDU.
 */
import { native } from '../../addon/addon.ts';
import { type AddonSource, needsBytes, type OrNeed } from '../../addon/sources.ts';
import type { Source } from '../../base/sources.ts';
import { oneCallOnSources } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

export interface CardReading<S = Source> {
  readonly layout: Uint8Array;
  readonly sources: readonly S[];
  /** Bytes of all headers at most. */
  readonly most: number;
}

/** Cards of 80 bytes without END, for each HDU of the layout. */
export const rawCardsTask = oneCallOnSources<CardReading, readonly Uint8Array[], CardReading<AddonSource>>({
  kind: 'raw-cards',
  wire: (task, supply) => suppliedInput(supply)(task),
  run: ({ layout, sources, most }): OrNeed<readonly Uint8Array[]> => native.rawCards(layout, sources, most),
  transfer: (cards) => (needsBytes(cards) ? [] : cards.map(({ buffer }) => buffer)),
});

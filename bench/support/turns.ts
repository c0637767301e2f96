/** Two jobs in turns, so that what slows the machine down slows both. */
import type { Pair } from './claim.ts';

export const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;

export const median = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

/** Seconds that it takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export interface Turns {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
}

/** The seconds of every turn; `n` is its number. */
export async function inTurns(
  count: number,
  ours: (n: number) => Promise<unknown>,
  peer: (n: number) => Promise<unknown>,
): Promise<Turns> {
  const all: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let n = 0; n < count; n++) {
    all.ours.push(await timed(() => ours(n)));
    all.peer.push(await timed(() => peer(n)));
  }
  return all;
}

export const pairOf = ({ ours, peer }: Turns, notes: string): Pair => ({
  ours: { n: ours.length, seconds: mean(ours), min: Math.min(...ours), max: Math.max(...ours) },
  peer: { n: peer.length, seconds: mean(peer) },
  notes,
});

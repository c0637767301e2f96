/** What a command says of inputs that failed, and how it ends when all of them did: one way for stacks, mosaics and cutouts of several files. */
import { VignetError } from '../base/errors.ts';
import type { Answer } from '../products/answers/answer.ts';
import { lostSentence } from '../products/answers/lost-inputs.ts';
import { printable } from './terminal.ts';

/** Of an answer that was delivered: the failed inputs for the report, where there are any. */
export function lostOf(answer: Answer): { readonly failed?: readonly object[] } {
  const lost = answer.inputsLost?.().lost ?? [];
  return lost.length > 0 ? { failed: lost } : {};
}

/**
 * Warns of inputs that failed. The file stays when all did: an input may have failed in part, and the STATUS table has every reason. Throws
 * VignetError data ALL_FAILED.
 */
export function sayLost(answer: Answer, output: string, { json }: { readonly json?: boolean }): void {
  const inputs = answer.inputsLost?.();
  const sentence = inputs && lostSentence(inputs);
  if (sentence === undefined) return;
  if (inputs?.lost.length === inputs?.planned) {
    const named = output === '-' ? 'the answer' : printable(output);
    throw new VignetError(
      'data',
      'ALL_FAILED',
      `${sentence}; ${named} was written all the same; correct this, and give --force to write it again`,
    );
  }
  if (!json) console.error(`warning: ${sentence}`);
}

/**
 * Runs: the SHA-256 of a file that the caller has opened, by its descriptor; it stays open until the task has settled.
 * Costs: all bytes are read, a piece at a time; a second for each GB or so. Can be cancelled; does not yield.
 */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { VignetError } from '../../base/errors.ts';
import { oneCall } from '../task-kind.ts';
import { type Poll, pollOf } from './poll.ts';

export interface Digesting {
  readonly descriptor: number;
  /** Where its bytes begin. */
  readonly offset: number;
  readonly size: number;
}

const PIECE = 1048576;

function sha256({ descriptor, offset, size }: Digesting, poll: Poll): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(Math.min(PIECE, size));
  for (let at = 0; at < size; ) {
    poll.now();
    const read = readSync(descriptor, piece, 0, Math.min(PIECE, size - at), offset + at);
    if (read === 0)
      throw new VignetError('data', 'TRUNCATED', 'the file ended before its size; fetch it again');
    hash.update(piece.subarray(0, read));
    at += read;
  }
  return hash.digest('base64');
}

/** In base64. */
export const digestTask = oneCall<Digesting, string>({
  kind: 'digest',
  run: (task, turn) => sha256(task, pollOf(turn)),
});

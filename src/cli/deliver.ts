/** An answer to a file that appears only when it is whole, or to standard output. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { VignetError } from '../base/errors.ts';
import type { Answer } from '../products/answer.ts';
import { printable } from './terminal.ts';

const MIB = 1048576;

/** Counts bytes on a terminal, when there are enough of them to wait for. */
async function counter(total: number | undefined): Promise<{ tap: Transform; stop: () => void } | undefined> {
  if (!process.stderr.isTTY || total === undefined || total < 32 * MIB) return undefined;
  const { SingleBar } = await import('cli-progress');
  const format = '{bar} {percentage} %  {mib} MiB  {eta_formatted} left';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(total, 0, { mib: 0 });
  const tap = new Transform({
    transform(chunk: Uint8Array, _, done) {
      // Chunks are only valid until they are written.
      const copy = Buffer.from(chunk);
      bar.increment(chunk.byteLength, { mib: Math.round(bar.getProgress() * (total / MIB)) });
      done(null, copy);
    },
  });
  return { tap, stop: () => bar.stop() };
}

/** Throws VignetError transient CANNOT_WRITE, and what `Answer.write` throws. */
export async function deliver(answer: Answer, output: string): Promise<void> {
  if (output === '-') return answer.write(process.stdout);
  const partial = `${output}.part`;
  const file = createWriteStream(partial);
  const progress = await counter(answer.size);
  try {
    if (progress) progress.tap.pipe(file);
    const sink = progress?.tap ?? file;
    await answer.write(sink);
    sink.end();
    await finished(file);
    await rename(partial, output);
  } catch (error) {
    file.destroy();
    await rm(partial, { force: true });
    // To whom writes for clients, a file that fails is a client that has gone.
    if (error instanceof VignetError && error.code !== 'CLIENT_GONE') throw error;
    const why = error instanceof VignetError ? error.cause : error;
    const { code = '' } = (why ?? {}) as NodeJS.ErrnoException;
    const detail = `${printable(output)} cannot be written${code && ` (${code})`}; check its folder and the space there`;
    throw new VignetError('transient', 'CANNOT_WRITE', detail, { cause: error });
  } finally {
    progress?.stop();
  }
}

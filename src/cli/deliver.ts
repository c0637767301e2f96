/** An answer to a file that appears only when it is whole, or to standard output. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { VignetError } from '../base/errors.ts';
import type { Answer } from '../products/answers/answer.ts';
import { writeToFile } from '../products/answers/write.ts';
import { printable } from './terminal.ts';

const MIB = 1048576;

/** Counts bytes on a terminal, when there are enough of them to wait for. */
async function counter(
  total: number | undefined,
): Promise<{ add: (bytes: number) => void; stop: () => void } | undefined> {
  if (!process.stderr.isTTY || total === undefined || total < 32 * MIB) return undefined;
  const { SingleBar } = await import('cli-progress');
  const format = '{bar} {percentage} %  {mib} MiB  {eta_formatted} left';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(total, 0, { mib: 0 });
  const add = (bytes: number) =>
    bar.increment(bytes, { mib: Math.round((bar.getProgress() * total + bytes) / MIB) });
  return { add, stop: () => bar.stop() };
}

/** Chunks in order. */
function sinkOf(file: FileHandle, add?: (bytes: number) => void): Writable {
  return new Writable({
    write(chunk: Uint8Array, _, done) {
      writeToFile(file, chunk).then(() => {
        add?.(chunk.byteLength);
        done();
      }, done);
    },
  });
}

/** Gives a finished file its name. Without `force` a file that has come there meanwhile stays: EEXIST. */
async function publish(partial: string, output: string, force: boolean): Promise<void> {
  if (force) return rename(partial, output);
  await link(partial, output);
  await rm(partial);
}

/**
 * Writes an answer to `output`, which appears when it is whole. The caller has asked `checkOutput`. Throws VignetError transient
 * CANNOT_WRITE, and what `Answer.write` throws.
 */
export async function deliver(answer: Answer, output: string, force: boolean): Promise<void> {
  if (output === '-') return answer.write(process.stdout);
  const partial = join(dirname(output), `.${basename(output)}.${randomUUID()}.part`);
  let file: FileHandle | undefined;
  const progress = await counter(answer.size);
  try {
    file = await open(partial, 'wx');
    if (answer.save) await answer.save(file, progress?.add);
    else await answer.write(sinkOf(file, progress?.add));
    await file.close();
    await publish(partial, output, force);
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(partial, { force: true });
    // To whom writes for clients, a file that fails is a client that has gone.
    if (error instanceof VignetError && error.code !== 'CLIENT_GONE' && error.code !== 'CANNOT_WRITE')
      throw error;
    const why = error instanceof VignetError ? error.cause : error;
    const { code = '' } = (why ?? {}) as NodeJS.ErrnoException;
    const detail = `${printable(output)} cannot be written${code && ` (${code})`}; check the folder and the free space`;
    throw new VignetError('transient', 'CANNOT_WRITE', detail, { cause: error });
  } finally {
    progress?.stop();
  }
}

/** One ingest at a time: `ingest.lock` names the process that holds it, and a dead holder's lock is taken over. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { VignetError } from '../base/errors.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's clock ticks: tells a reused pid. Empty where the system does not say. */
  readonly started: string;
  readonly token: string;
}

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything: count fields after its end. Field 22 of the whole is the start.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return started === '' || holder.started === '' || started === holder.started;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    if (
      typeof value?.pid === 'number' &&
      typeof value.host === 'string' &&
      typeof value.started === 'string'
    ) {
      return { pid: value.pid, host: value.host, started: value.started, token: String(value.token) };
    }
  } catch {
    // Written halfway by a process that died: nobody holds it.
  }
  return undefined;
}

async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

export class IngestLock {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** Throws VignetError transient INGEST_RUNNING when a living process holds the lock. */
  static async take(path: string): Promise<IngestLock> {
    const mine: Holder = {
      pid: process.pid,
      host: hostname(),
      started: startOf(process.pid),
      token: randomUUID(),
    };
    const text = JSON.stringify(mine);
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        const file = await open(path, 'wx');
        await file.writeFile(text);
        await file.close();
        return new IngestLock(path, text);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const found = await readLock(path);
      if (found === undefined) continue;
      const holder = parseHolder(found);
      if (holder === undefined && attempt === 0) {
        // Perhaps its owner is just writing it.
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      if (holder && isAlive(holder)) {
        throw new VignetError(
          'transient',
          'INGEST_RUNNING',
          `Another ingest into this archive is running (process ${holder.pid} on ${holder.host}); wait for it, or if it is ` +
            'gone remove ingest.lock',
        );
      }
      await removeStale(path, found);
    }
    throw new VignetError(
      'transient',
      'INGEST_RUNNING',
      'Another ingest keeps taking the lock of this archive; try again',
    );
  }

  /** Asked before every publication: whoever lost the lock, by whatever accident, must not publish. */
  async assertHeld(): Promise<void> {
    if ((await readLock(this.#path)) === this.#text) return;
    throw new VignetError(
      'fatal',
      'LOCK_LOST',
      'The ingest lock was taken away; nothing more is published. Run it again',
    );
  }

  async release(): Promise<void> {
    if ((await readLock(this.#path)) === this.#text) await rm(this.#path, { force: true });
  }
}

/** Two processes may find the same dead lock: only the file that was judged dead is removed. */
async function removeStale(path: string, judged: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readLock(aside);
  if (moved === judged) await rm(aside, { force: true });
  else await rename(aside, path);
}

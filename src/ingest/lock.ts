/** One ingest at a time: `ingest.lock` names the process that holds it, and a dead holder's lock is taken over. */

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { VignetError } from '../base/errors.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's clock ticks: tells a reused pid. Empty where the system does not say. */
  readonly started: string;
  readonly token: string;
  /** It is held for a publication, and no longer: others wait for it. */
  readonly brief?: boolean;
}

export type LockKind = Pick<Holder, 'brief'>;

/** How often, and how long from one time to the next, who is held up briefly tries again: for a minute. */
const TRIES = 600;
const PAUSE_MS = 100;

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
      const brief = value.brief === true && { brief: true };
      return {
        pid: value.pid,
        host: value.host,
        started: value.started,
        token: String(value.token),
        ...brief,
      };
    }
  } catch {
    // No lock of ours: nobody holds it.
  }
  return undefined;
}

/** Undefined where there is none. What the system says of a lock that is there and cannot be read is thrown. */
async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export class IngestLock {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** Throws VignetError transient INGEST_RUNNING when a living process holds the lock, other than briefly. */
  static async take(path: string, kind: LockKind = {}): Promise<IngestLock> {
    for (let left = TRIES; ; left--) {
      try {
        return await IngestLock.#take(path, kind);
      } catch (error) {
        if (!(error instanceof HeldBriefly) || left === 0) throw error;
        await pause(PAUSE_MS);
      }
    }
  }

  static async #take(path: string, kind: LockKind): Promise<IngestLock> {
    const mine: Holder = {
      ...kind,
      pid: process.pid,
      host: hostname(),
      started: startOf(process.pid),
      token: randomUUID(),
    };
    const text = JSON.stringify(mine);
    const draft = `${path}.${mine.token}`;
    await writeFile(draft, text);
    try {
      for (let attempt = 0; attempt < 5; attempt++) {
        if (!(await linked(draft, path)) && !(await inheritDead(path, draft))) continue;
        await removeDeadDrafts(path);
        return new IngestLock(path, text);
      }
    } finally {
      await rm(draft, { force: true });
    }
    throw new VignetError(
      'transient',
      'INGEST_RUNNING',
      'other ingests hold the lock of this archive; run it again',
    );
  }

  /** Asked before every publication: whoever lost the lock, by whatever accident, must not publish. */
  async assertHeld(): Promise<void> {
    if ((await readLock(this.#path)) === this.#text) return;
    throw new VignetError(
      'fatal',
      'LOCK_LOST',
      'the ingest lock was removed, so nothing more is published; run it again',
    );
  }

  /** A lock that cannot be removed stays, as that of a process that has died. */
  async release(): Promise<void> {
    if ((await readLock(this.#path).catch(() => undefined)) === this.#text)
      await rm(this.#path, { force: true });
  }
}

/** Whether `file` was given the further name `name`, which nobody had: one of many who try at once wins. */
async function linked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What processes have left that were killed while they took the lock. */
async function removeDeadDrafts(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name.slice(prefix.length))) continue;
    const draft = join(dirname(path), name);
    const holder = parseHolder((await readLock(draft)) ?? '');
    if (holder && !isAlive(holder)) await rm(draft, { force: true });
  }
}

class HeldBriefly extends VignetError {}

function refuseLiving(lock: string): void {
  const holder = parseHolder(lock);
  if (!holder || !isAlive(holder)) return;
  const Refusal = holder.brief ? HeldBriefly : VignetError;
  throw new Refusal(
    'transient',
    'INGEST_RUNNING',
    `another ingest into this archive is running (process ${holder.pid} on ${holder.host}); wait for it, or if it no ` +
      'longer runs remove ingest.lock',
  );
}

/** Whether a dead process had the lock and this one has it now. Throws VignetError transient INGEST_RUNNING. */
async function inheritDead(path: string, draft: string): Promise<boolean> {
  const found = await readLock(path);
  if (found === undefined) return false;
  refuseLiving(found);
  return inherit(path, draft, found);
}

/**
 * Replaces a dead lock. Many may find the same dead lock, so only its heir may: whoever first makes the file named after the
 * dead lock's text. An heir that died in turn has an heir of its own. The lock is looked at again after winning, because an
 * earlier heir may have replaced it and cleaned up since it was read.
 */
async function inherit(path: string, draft: string, dead: string): Promise<boolean> {
  const heirs: string[] = [];
  for (let last = dead; ; ) {
    const heir = `${path}.heir-${createHash('sha256').update(last).digest('hex').slice(0, 32)}`;
    heirs.push(heir);
    if (await linked(draft, heir)) break;
    const before = await readLock(heir);
    if (before === undefined) return false;
    refuseLiving(before);
    last = before;
  }
  if ((await readLock(path)) !== dead) {
    await rm(heirs.at(-1) ?? '', { force: true });
    return false;
  }
  await rename(draft, path);
  for (const heir of heirs) await rm(heir, { force: true });
  return true;
}

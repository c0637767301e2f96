/** Inflated copies of gzipped files, in a folder with a quota. Native code never reads gzip. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { VignetError } from '../base/errors.ts';
import type { FileSource } from '../base/sources.ts';
import type { FileRecord } from './file-record.ts';
import { gunzip } from './gunzip.ts';
import { openInside } from './inside.ts';
import { SharedWork } from './shared-work.ts';

export interface ScratchLimits {
  /** Of the whole folder, in bytes. */
  readonly quota: number;
  /** Of one inflated file, in bytes. */
  readonly maxBytes: number;
  /** Inflated to gzipped size; applies beyond `ratioFreeBytes`, since small blank images really shrink a thousand times. */
  readonly maxRatio: number;
  readonly ratioFreeBytes: number;
}

export const SCRATCH_LIMITS: ScratchLimits = {
  quota: 20 * 2 ** 30,
  maxBytes: 4 * 2 ** 30,
  maxRatio: 100,
  ratioFreeBytes: 256 * 2 ** 20,
};

/** A copy used so lately may be about to be opened by a task: it is not evicted. */
const IN_USE_MS = 60_000;
/** An unfinished copy this old was left by a process that died. */
const ABANDONED_MS = 3_600_000;
/** Files inflated at once: each fills a core and a disk. */
const AT_ONCE = 2;

export class Scratch {
  readonly #folder: string;
  readonly #limits: ScratchLimits;
  readonly #inflating = new SharedWork(AT_ONCE);

  constructor(folder: string, limits: ScratchLimits = SCRATCH_LIMITS) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /**
   * The inflated copy of an original beneath the folder of its root, made when it is not there. Its name says which state of which file it is,
   * and its time is the original's in whole seconds, so that the stamps in a layout hold for every copy ever made.
   * Throws VignetError data BAD_GZIP, GZIP_TOO_LARGE, NOT_FITS; transient SCRATCH_FULL, CANNOT_WRITE; what the signal was aborted with; as `openInside`.
   */
  async inflate(folder: string, file: FileRecord, signal?: AbortSignal): Promise<FileSource> {
    const name = `${nameOf(file)}.fits`;
    const path = join(this.#folder, name);
    const seconds = Number(BigInt(file.mtimeNs) / 1_000_000_000n);
    try {
      // The access time is ours: it says when the copy was last used.
      await utimes(path, new Date(), seconds);
      return { root: this.#folder, path: name };
    } catch (error) {
      // Not there, unless it is there and may only be read.
      if (isReadOnly(error) && (await stat(path).catch(() => undefined))?.isFile())
        return { root: this.#folder, path: name };
    }
    await this.#inflating.wait(name, signal, (stop) => this.#make(folder, file, path, seconds, stop));
    return { root: this.#folder, path: name };
  }

  /** What a reader of a copy should know: that bytes after the gzip stream were left out. */
  async noteOf(file: FileRecord): Promise<string | undefined> {
    return readFile(join(this.#folder, `${nameOf(file)}.note`), 'utf8').catch(() => undefined);
  }

  async #make(
    folder: string,
    file: FileRecord,
    path: string,
    seconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { maxBytes, maxRatio, ratioFreeBytes, quota } = this.#limits;
    const limit = Math.min(maxBytes, quota, Math.max(ratioFreeBytes, file.size * maxRatio));
    const draft = join(this.#folder, `.${randomUUID()}`);
    let trailing = 0;
    const notice = (bytes: number) => {
      trailing = bytes;
    };
    const original = await openInside(folder, file);
    try {
      await mkdir(this.#folder, { recursive: true });
      await pipeline(
        gunzip(original, notice),
        guard(limit, file.size),
        createWriteStream(draft, { flags: 'wx' }),
        { signal },
      );
      await this.#makeRoom(draft);
      if (trailing > 0)
        await writeFile(path.replace(/fits$/, 'note'), `${trailing} bytes after the gzip stream are ignored`);
      await utimes(draft, new Date(), seconds);
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw signal.aborted ? signal.reason : gzipError(error);
    } finally {
      await original.close();
    }
  }

  /** Removes the copies longest unused until a finished draft fits, beside those that are being made. */
  async #makeRoom(draft: string): Promise<void> {
    const bytes = (await stat(draft)).size;
    const now = Date.now();
    const copies: { path: string; size: number; used: number }[] = [];
    let total = bytes;
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile()) continue;
      if (name.startsWith('.')) {
        if (now - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
        else if (path !== draft) total += found.size; // others that are being made
        continue;
      }
      copies.push({ path, size: found.size, used: found.atimeMs });
      total += found.size;
    }
    copies.sort((a, b) => a.used - b.used);
    for (const copy of copies) {
      if (total <= this.#limits.quota) return;
      // One used in the future: the clock was set back since.
      if (Math.abs(now - copy.used) < IN_USE_MS) continue;
      await rm(copy.path, { force: true });
      total -= copy.size;
    }
    if (total > this.#limits.quota) {
      throw new VignetError(
        'transient',
        'SCRATCH_FULL',
        'the scratch folder for inflated files is full of files in use; ask again in a minute, or raise its quota',
      );
    }
  }
}

function nameOf(file: FileRecord): string {
  return createHash('sha256')
    .update(JSON.stringify([file.root, file.path, file.size, file.mtimeNs]))
    .digest('hex')
    .slice(0, 32);
}

/** Lets at most `limit` bytes through, of a file that begins as FITS does. */
function guard(limit: number, packed: number): Transform {
  let total = 0;
  let start = Buffer.alloc(0);
  let sniffed = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (!sniffed) {
        start = Buffer.concat([start, chunk.subarray(0, 9)]);
        if (start.length >= 9) {
          sniffed = true;
          if (start.toString('latin1', 0, 9) !== 'SIMPLE  =') {
            done(
              new VignetError(
                'data',
                'NOT_FITS',
                'expected a FITS file in the gzipped file, received one that does not begin with SIMPLE',
              ),
            );
            return;
          }
        }
      }
      if (total > limit) {
        done(
          new VignetError(
            'data',
            'GZIP_TOO_LARGE',
            `the gzipped file of ${packed} bytes inflates to more than the limit of ${limit} bytes; inflate it yourself and ingest the result`,
          ),
        );
        return;
      }
      done(null, chunk);
    },
  });
}

/** EPERM: the folder of another user, or an immutable one. */
function isReadOnly(error: unknown): boolean {
  return /^(EROFS|EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '');
}

function gzipError(error: unknown): VignetError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (error instanceof VignetError) return error;
  if (code.startsWith('Z_')) {
    return new VignetError('data', 'BAD_GZIP', `the gzipped file is damaged (${(error as Error).message})`, {
      cause: error,
    });
  }
  if (isReadOnly(error)) {
    return new VignetError(
      'transient',
      'CANNOT_WRITE',
      `expected a folder 'scratch' of the archive that can be written for inflated copies of gzipped files, received ${code}; make it writable, or ingest inflated files`,
      { cause: error },
    );
  }
  if (code === 'ENOSPC') {
    return new VignetError(
      'transient',
      'SCRATCH_FULL',
      'there is no space for the inflated copy of this file; free some, or ask again later',
      { cause: error },
    );
  }
  return new VignetError(
    'data',
    'FILE_UNREADABLE',
    `the gzipped file cannot be inflated (${code || 'unknown'})`,
    {
      cause: error,
    },
  );
}

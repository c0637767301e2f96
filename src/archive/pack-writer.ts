/** Appends entries to pack files. One writer at a time: whoever holds the ingest lock. */
import { type FileHandle, mkdir, open, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackEnd } from '../catalog/catalog.ts';
import { encodeEntry, type PackRef } from './pack.ts';

export const packName = (pack: number): string => `${pack}.pack`;

export function packPath(folder: string, pack: number): string {
  return join(folder, packName(pack));
}

/** Bytes of entries that are written at once: one at a time they cost more to write than to make. */
const TOGETHER = 65_536;

export class PackWriter {
  readonly #folder: string;
  readonly #limit: number;
  /** Entries that are written together. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Entries are lost for good: nothing may be published any more. */
  #failure: { readonly error: unknown } | undefined;
  #file: FileHandle;
  #pack: number;
  #offset: number;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, limit: number, file: FileHandle, end: PackEnd) {
    this.#folder = folder;
    this.#limit = limit;
    this.#file = file;
    this.#pack = end.pack;
    this.#offset = end.offset;
  }

  /**
   * Goes on after `end`. What an interrupted ingest left behind it was never published: it is cut off. A pack is full at `limit` bytes.
   */
  static async open(folder: string, end: PackEnd, limit = 2 ** 30): Promise<PackWriter> {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const number = /^(\d+)\.pack$/.exec(name)?.[1];
      if (number !== undefined && Number(number) > end.pack) {
        await truncate(join(folder, name));
      }
    }
    const file = await open(packPath(folder, end.pack), 'a+');
    try {
      if ((await file.stat()).size >= end.offset) {
        await file.truncate(end.offset);
        return new PackWriter(folder, limit, file, end);
      }
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    // The pack has lost its tail: what is left stays as it is, and writing goes on in a new one.
    await file.close();
    return PackWriter.open(folder, { pack: end.pack + 1, offset: 0 }, limit);
  }

  get end(): PackEnd {
    return { pack: this.#pack, offset: this.#offset };
  }

  /** Entries are written in the order of the calls. */
  append(meta: unknown, layout: Uint8Array): Promise<PackRef> {
    const entry = encodeEntry(meta, layout);
    const next = this.#last.then(() => this.#write(entry));
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Bytes as an entry of their own; returns where they themselves stand, not the entry. */
  async appendBytes(meta: unknown, bytes: Uint8Array): Promise<PackRef> {
    const { pack, offset, length } = await this.append(meta, bytes);
    return { pack, offset: offset + length - bytes.length, length: bytes.length };
  }

  async #write(entry: Buffer): Promise<PackRef> {
    if (this.#offset > 0 && this.#offset + entry.length > this.#limit) await this.#roll();
    const ref = { pack: this.#pack, offset: this.#offset, length: entry.length };
    this.#offset += entry.length;
    this.#waiting.push(entry);
    this.#waitingBytes += entry.length;
    if (this.#waitingBytes >= TOGETHER) await this.#flush();
    return ref;
  }

  async #flush(): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    const entries = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const [first, ...others] = entries;
    if (!first) return;
    try {
      await this.#file.appendFile(others.length > 0 ? Buffer.concat(entries) : first);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  async #roll(): Promise<void> {
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    this.#pack += 1;
    this.#offset = 0;
    this.#file = await open(packPath(this.#folder, this.#pack), 'a+');
    await this.#file.truncate(0);
  }

  /** All that was appended is on the disk when this resolves. */
  async sync(): Promise<void> {
    await this.#written();
    await this.#file.sync();
  }

  /** What was not synced was not published. */
  async close(): Promise<void> {
    await this.#written().catch(() => undefined);
    await this.#file.close();
  }

  async #written(): Promise<void> {
    const next = this.#last.then(() => this.#flush());
    this.#last = next.catch(() => undefined);
    await next;
  }
}

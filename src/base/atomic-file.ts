/** Files that are either the old ones or the new ones, whatever happens. */
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Makes names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const draftOf = (path: string, writer: number | string) =>
  join(dirname(path), `.${basename(path)}.${writer}`);

/** Removes what writers that were killed have left beside a file. For who is its one writer. */
export async function removeDrafts(path: string): Promise<void> {
  const prefix = basename(draftOf(path, ''));
  for (const name of await readdir(dirname(path)))
    if (name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      await rm(join(dirname(path), name), { force: true });
}

/** Replaces a file's content in one step that survives a crash. One writer at a time. */
export async function writeAtomic(path: string, text: string): Promise<void> {
  const next = draftOf(path, process.pid);
  try {
    await writeSynced(next, text);
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

// One ingest at a time; the dead hold nothing.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IngestLock } from '../../src/ingest/lock.ts';
import { folder } from '../support/archive.ts';

const running = expect.objectContaining({ kind: 'transient', code: 'INGEST_RUNNING' });

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

describe('the ingest lock', () => {
  it('is held by one, and free again afterwards', async () => {
    const path = join(folder(), 'ingest.lock');
    const lock = await IngestLock.take(path);
    await expect(IngestLock.take(path)).rejects.toThrow(running);
    await lock.assertHeld();
    await lock.release();
    expect(existsSync(path)).toBe(false);
    await (await IngestLock.take(path)).release();
  });

  it('of a dead process is taken over, by one of many', async () => {
    const dead = JSON.stringify({ pid: await deadPid(), host: hostname(), started: '1', token: 'x' });
    for (let round = 0; round < 50; round++) {
      const at = folder();
      const path = join(at, 'ingest.lock');
      writeFileSync(path, dead);
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => IngestLock.take(path)));
      const taken = tries.filter((one) => one.status === 'fulfilled');
      expect(taken).toHaveLength(1);
      await taken[0]?.value.assertHeld();
      expect(readdirSync(at)).toEqual(['ingest.lock']);
    }
  });

  it('of a dead process is taken over when an heir died before', async () => {
    const at = folder();
    const path = join(at, 'ingest.lock');
    const dead = (token: string) => JSON.stringify({ pid: gone, host: hostname(), started: '1', token });
    const gone = await deadPid();
    writeFileSync(path, dead('first'));
    const digest = createHash('sha256').update(dead('first')).digest('hex').slice(0, 32);
    writeFileSync(`${path}.heir-${digest}`, dead('second'));
    await (await IngestLock.take(path)).assertHeld();
    expect(readdirSync(at)).toEqual(['ingest.lock']);
  });

  it('is taken from a process whose number another has now', async () => {
    const path = join(folder(), 'ingest.lock');
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), started: '1', token: 'x' }));
    await (await IngestLock.take(path)).assertHeld();
  });

  it('of another machine is believed', async () => {
    const path = join(folder(), 'ingest.lock');
    writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', started: '', token: 'x' }));
    await expect(IngestLock.take(path)).rejects.toThrow(running);
  });

  it('written halfway is no lock', async () => {
    const path = join(folder(), 'ingest.lock');
    writeFileSync(path, '{"pid": 1');
    await (await IngestLock.take(path)).release();
  });

  it('that was lost stops its holder, and is not removed from its new one', async () => {
    const path = join(folder(), 'ingest.lock');
    const lock = await IngestLock.take(path);
    writeFileSync(path, 'somebody else');
    await expect(lock.assertHeld()).rejects.toMatchObject({ kind: 'fatal', code: 'LOCK_LOST' });
    await lock.release();
    expect(readFileSync(path, 'utf8')).toBe('somebody else');
  });
});

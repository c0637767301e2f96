// The answers that were recorded are the same when files are objects of a store: the engine brings every byte that the
// addon lacks.
import { mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { FileRecord } from '../../src/bytes/file-record.ts';
import type { CountingStore } from '../bytes/counting-store.ts';
import { differences, readRecord, recordedOf, whole } from './record.ts';
import { ask } from './request.ts';
import { requests } from './requests/index.ts';
import { realAbsent, type Services, startServices } from './services.ts';

const store = vi.hoisted(() => ({ folder: undefined as CountingStore | undefined }));

vi.mock('../../src/bytes/sources.ts', async (original) => {
  const { sourcesOf } = await original<typeof import('../../src/bytes/sources.ts')>();
  return {
    sourcesOf: async (files: FileRecord[], ...more: [Record<string, string>, never]) => {
      const sources = await sourcesOf(files, ...more);
      return Promise.all(
        sources.map(async ({ root, path }, n) => {
          const key = join(root, path).slice(1);
          const file = files[n];
          if (file && !file.gzip)
            return { store: 'disk', key, size: file.size, mtimeNs: BigInt(file.mtimeNs) };
          const { size, mtimeNs } = await stat(`/${key}`, { bigint: true });
          return { store: 'disk', key, size: Number(size), mtimeNs };
        }),
      );
    },
  };
});

vi.mock('../../src/engine/engine.ts', async (original) => {
  const actual = await original<typeof import('../../src/engine/engine.ts')>();
  const { CountingStore: Counting } = await import('../bytes/counting-store.ts');
  store.folder ??= new Counting('/');
  const stores = { disk: store.folder };
  class Engine extends actual.Engine {
    constructor(options: ConstructorParameters<typeof actual.Engine>[0]) {
      super({ ...options, stores });
    }
  }
  return { ...actual, Engine };
});

const record = readRecord();
let scratch = '';
let services: Services;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'vignet-objects-'));
  services = await startServices(inject('sample'), scratch);
}, 300_000);

afterAll(async () => {
  await services?.close();
  if (scratch) rmSync(scratch, { recursive: true });
});

describe.each(['sample', 'damaged', 'real'] as const)('answers of %s', (service) => {
  const ofThese = requests.filter((one) => one.service === service && one.path.includes('/api/'));
  it.skipIf(service === 'real' && realAbsent).each(ofThese.map((one) => [one.name, one] as const))(
    '%s',
    async (name, asked) => {
      const url = services.urls[service] ?? '';
      const before = record.answers[name];
      if (!before) throw new Error('no answer is recorded');
      const now = await recordedOf(asked, await ask(url, asked));
      expect(differences(whole(before, record), now)).toEqual([]);
    },
  );
});

it('were all read from the store', () => {
  expect(store.folder?.reads.length).toBeGreaterThan(100);
});

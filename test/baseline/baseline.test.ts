// Every request of test/baseline/requests has the answer that was recorded: status, headers and body, to the byte.
//
// `npm run baseline:record` writes what is answered now into record.json instead of comparing (README.md).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import { differences, type Recorded, readRecord, recordedOf, whole, writeRecord } from './record.ts';
import { ask, type BaselineRequest } from './request.ts';
import { requests } from './requests/index.ts';
import { realAbsent, type Services, startServices } from './services.ts';

const recording = process.env.VIGNET_BASELINE === 'record';
const record = readRecord();
const madeWith: Record<string, string> = { ...native.versions, libvips: sharp.versions.vips };
const fresh: Record<string, Recorded> = {};
let scratch = '';
let services: Services;

if (realAbsent) console.log('REAL DATA NOT RUN: recorded answers of real files');

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'vignet-baseline-'));
  services = await startServices(inject('sample'), scratch);
});

afterAll(async () => {
  await services?.close();
  if (scratch) rmSync(scratch, { recursive: true });
  if (recording) write();
});

/** What was not asked this time (a test chosen by -t, real files that are absent) stays as it is. */
function write(): void {
  const kept = requests.flatMap(({ name }): [string, Recorded][] => {
    const before = record.answers[name] && whole(record.answers[name], record);
    const now = fresh[name] ?? before;
    const changes = before && now ? differences(before, now) : [];
    if (changes.length > 0) console.log(`${name}\n  ${changes.join('\n  ')}`);
    return now ? [[name, now]] : [];
  });
  writeRecord(Object.fromEntries(kept), madeWith);
}

async function answered(asked: BaselineRequest, url: string | undefined): Promise<Recorded> {
  if (url === undefined) throw new Error(`no service ${asked.service}`);
  return recordedOf(asked, await ask(url, asked));
}

/** Fails with the request and with each thing that differs. */
function same(asked: BaselineRequest, now: Recorded): void {
  const before = record.answers[asked.name];
  if (!before) expect.fail(`${asked.name}: no answer is recorded; run npm run baseline:record`);
  const found = differences(whole(before, record), now);
  if (found.length === 0) return;
  const others = Object.entries(madeWith).filter(([name, version]) => record.madeWith[name] !== version);
  const libraries = others.map(([name, version]) => `${name} is ${version}, was ${record.madeWith[name]}`);
  const sent = asked.body === undefined ? [] : [`body sent: ${asked.body.slice(0, 300)}`];
  expect.fail([asked.name, now.request, ...sent, ...found, ...libraries].join('\n  '));
}

describe.each(['sample', 'limited', 'damaged', 'real'] as const)('answers of %s', (service) => {
  const ofThese = requests.filter((one) => one.service === service);
  it.skipIf(service === 'real' && realAbsent).each(ofThese.map((one) => [one.name, one] as const))(
    '%s',
    async (name, asked) => {
      const now = await answered(asked, services.urls[service]);
      if (recording) fresh[name] = now;
      else same(asked, now);
    },
  );
});

it.skipIf(realAbsent || recording)('answers of real files are the same without seek points', async () => {
  for (const asked of requests.filter((one) => one.service === 'real'))
    same(asked, await answered(asked, services.urls.seekless));
});

it('names are used once, and every recorded one is asked', () => {
  const names = requests.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  if (!recording) expect(Object.keys(record.answers).filter((name) => !names.includes(name))).toEqual([]);
});

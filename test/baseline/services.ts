// The archives that the baseline asks, and a service on each. Files are copied first: versions of datasets, and so ETags,
// come from the sizes and times of files, and here all have one time.
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { ingest } from '../../src/ingest/index.ts';
import { loadConfig } from '../../src/service/config.ts';
import { type RunningService, startService } from '../../src/service/server.ts';
import type { ServiceName } from './request.ts';

export const realData = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data');
export const realAbsent = !existsSync(realData);

const time = new Date('2026-01-01T00:00:00Z');

/** Files below a folder, by their path in it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, dereference: true });
  for (const path of filesIn(to)) utimesSync(path, time, time);
}

type Settings = Parameters<typeof loadConfig>[0];

/** One dataset gone, one of another time, one with broken tiles, one cut short; all others whole. */
function damage(files: string): void {
  const find = (part: string) => filesIn(files).find((path) => path.includes(part)) ?? '';
  rmSync(find('R22_S11'));
  utimesSync(find('R22_S12'), time, new Date('2026-01-02T00:00:00Z'));
  const broken = find('R22_S21');
  const bytes = readFileSync(broken);
  bytes.fill(0xff, bytes.length >> 2, (bytes.length >> 2) + 100_000);
  writeFileSync(broken, bytes);
  utimesSync(broken, time, time);
  const short = find('R22_S22');
  truncateSync(short, 100_000);
  utimesSync(short, time, time);
}

export interface Services {
  /** Where each listens. `seekless` is `real` without seek points. */
  readonly urls: Readonly<Record<Exclude<ServiceName, 'real'>, string>> &
    Partial<Readonly<Record<'real' | 'seekless', string>>>;
  close(): Promise<void>;
}

/** Makes the archives in a scratch folder and starts the services. */
export async function startServices(sample: string, scratch: string): Promise<Services> {
  const running: RunningService[] = [];
  const serve = async (archive: string, more: Settings = {}) => {
    const settings = {
      ...{
        PORT: 0,
        HOST: '127.0.0.1',
        LOG_LEVEL: 'silent' as const,
        VIGNET_BASE_URL: 'https://images.example',
      },
      // Nothing here may depend on how busy the machine is.
      ...{ VIGNET_MAX_LAG_MS: 1e9, VIGNET_MIN_RATE_KB: 0.1 },
      ...{ VIGNET_THREADS: Number(process.env.VIGNET_THREADS ?? 2), VIGNET_ARCHIVE: join(scratch, archive) },
    };
    const service = await startService(loadConfig({ ...settings, ...more }, {}));
    running.push(service);
    return new URL(service.url).origin;
  };
  const take = (archive: string, files: string, collection: string, repo: string, seek = true) =>
    ingest(join(scratch, archive), [files], { collection, repo, seek });

  const files = join(scratch, 'sample-files');
  copy(join(sample, '../files/simulated'), join(files, 'simulated'));
  await take('sample', files, 'Vignet.Sample', 'sim');

  const visit = join(files, 'simulated/early/visit_image/r/2026021100003');
  const some = join(scratch, 'damaged-files');
  copy(visit, join(some, 'visit'));
  await take('damaged', some, 'Damaged', 'damaged');
  damage(some);
  copy(join(files, 'simulated/coadd/deep_coadd/154061'), join(scratch, 'second-files/coadd'));
  await take('damaged', join(scratch, 'second-files'), 'Second', 'second', false);

  const urls = {
    sample: await serve('sample'),
    limited: await serve('sample', {
      ...{
        VIGNET_MAX_ANSWER_MB: 0.25,
        VIGNET_MAX_MOSAIC_MB: 0.25,
        VIGNET_MAX_URL: 1024,
        VIGNET_MAX_BODY_KB: 2,
      },
      ...{ VIGNET_PATH_PREFIX: '/images', VIGNET_BASE_URL: 'https://images.example/images' },
    }),
    damaged: await serve('damaged'),
    ...(realAbsent ? {} : await serveReal(scratch, take, serve)),
  };
  return {
    urls,
    close: async () => {
      await Promise.all(running.map((one) => one.close()));
    },
  };
}

async function serveReal(
  scratch: string,
  take: (
    archive: string,
    files: string,
    collection: string,
    repo: string,
    seek?: boolean,
  ) => Promise<unknown>,
  serve: (archive: string) => Promise<string>,
) {
  const files = join(scratch, 'real-files');
  copy(realData, files);
  await take('real', files, 'Real', 'real');
  await take('seekless', files, 'Real', 'real', false);
  return { real: await serve('real'), seekless: await serve('seekless') };
}

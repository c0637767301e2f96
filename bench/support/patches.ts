/** Coadd patches in an archive, made once, and the service on it. */

import { execFile } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { allowAll } from '../../src/access/policy.ts';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { buildApp } from '../../src/service/app.ts';
import { compose } from '../../src/service/compose.ts';
import { loadConfig } from '../../src/service/config.ts';
import { simulate } from '../../src/simulate/index.ts';
import { Skymap, scaledSkymap } from '../../src/simulate/skymap.ts';
import type { BenchContext } from './claim.ts';

export const run = promisify(execFile);

export interface Patches {
  readonly archive: string;
  readonly files: string;
  /** Where four patches meet, degrees; and degrees per pixel. */
  readonly middle: readonly [ra: number, dec: number];
  readonly step: number;
}

/** As many patches as a square degree about the corner of four lies on: some are as far from the corner as its own. */
export const SQUARE_DEGREE = 44;

/** `count` lossy patches around the middle of a tract, in the r band; of as many tracts. */
export async function patchesOf(
  context: BenchContext,
  scale: number,
  count = SQUARE_DEGREE,
  tracts = 1,
): Promise<Patches> {
  const skymap = new Skymap(scaledSkymap(scale));
  const { center } = skymap.tract(skymap.find({ ra: 150.1, dec: 2.3 }));
  const folder = join(context.root, `.vignet/bench/patches-${scale}-${count}-${tracts}`);
  const archive = join(folder, 'archive');
  if (!existsSync(folder)) {
    const partial = `${folder}.part`;
    rmSync(partial, { recursive: true, force: true });
    await simulate({
      ...{ out: join(partial, 'sky'), scale, visits: 0, types: ['deep_coadd'], coaddBands: ['r'], tracts },
      ...{ patches: count, fullSize: 0, density: 1, center: [center.ra, center.dec] as const },
    });
    renameSync(partial, folder);
  }
  // Layouts belong to this version of Vignet.
  rmSync(archive, { recursive: true, force: true });
  await ingest(archive, [join(folder, 'sky')], { collection: 'bench', repo: 'bench' });
  return {
    archive,
    files: join(folder, 'sky'),
    middle: [center.ra, center.dec],
    step: skymap.config.pixelScale / 3600,
  };
}

/** `threads`: 0 as many as the service has by itself. */
export async function serve(archive: string, threads = 0) {
  const config = loadConfig({
    VIGNET_ARCHIVE: archive,
    VIGNET_THREADS: threads,
    LOG_LEVEL: 'silent',
    VIGNET_MAX_LAG_MS: 60_000,
  });
  const { ports, vignet } = await compose(config, allowAll);
  const app = await buildApp(config, ports);
  // The loopback limit: the same process sends one buffer again and again.
  const buffer = Buffer.alloc(1 << 20, 7);
  const plain = createServer((request, reply) => {
    let left = Number(new URL(request.url ?? '', 'http://x').searchParams.get('bytes'));
    reply.setHeader('content-length', left);
    const send = () => {
      for (; left > 0; ) {
        const piece = left < buffer.length ? buffer.subarray(0, left) : buffer;
        left -= piece.length;
        if (!reply.write(piece)) {
          reply.once('drain', send);
          return;
        }
      }
      reply.end();
    };
    send();
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
  const collections = await vignet.archive.as(ANONYMOUS).collections();
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    loopback: (bytes: number) => `http://127.0.0.1:${(plain.address() as AddressInfo).port}/?bytes=${bytes}`,
    id: collections[0]?.id ?? '',
    /** The same answer made and thrown away: core-seconds of planning, reading and decoding. */
    made: async (polygon: string) => {
      const before = process.cpuUsage();
      const stencil = { shape: 'polygon' as const, values: polygon.split(' ').map(Number) };
      const answer = await vignet.cutout(
        collections[0]?.id ?? '',
        { stencil, detail: 'MaskedImage' },
        { principal: ANONYMOUS },
      );
      for await (const _ of answer?.body() ?? []);
      return cpuSince(before);
    },
    close: async () => {
      plain.close();
      await app.close();
      await vignet.close();
    },
  };
}

/** Core-seconds of this process. */
export function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The address of the answer for a rectangle, with mask and variance. */
export const addressOf = ({ url, id }: { url: string; id: string }, POLYGON: string) =>
  `${url}/api/cutout/sync?${new URLSearchParams({ ID: id, POLYGON, CUTOUTDETAIL: 'MaskedImage' })}`;

export interface Fetched {
  readonly seconds: number;
  /** To the first byte of the answer. */
  readonly first: number;
  readonly bytes: number;
  /** Core-seconds of the client. */
  readonly cpu: number;
}

/** A client of its own, which throws the answer away. */
export async function fetched(url: string): Promise<Fetched> {
  const write = '%{http_code} %{size_download} %{time_total} %{time_starttransfer} ';
  const { stdout } = await run('bash', [
    '-c',
    'curl "$@"; times',
    'curl',
    ...['-sS', '-o', '/dev/null', '-w', write, url],
  ]);
  const [status = 0, bytes = 0, seconds = 0, first = 0] = stdout.split(' ').map(Number);
  if (status !== 200) throw new Error(`${status} for ${url}`);
  const cpu = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
  return { bytes, seconds, first, cpu };
}

/** A client that reads what it gets: it makes a check sum. */
export const read = (url: string) =>
  run('bash', ['-c', 'set -o pipefail; curl -sSf "$1" | cksum', 'curl', url]);

/** The sky of a rectangle of pixels, the middle of which is some pixels from the corner of four patches. */
export function rectangle({ middle, step }: Patches, width: number, height: number, dx = 0, dy = 0): string {
  const [ra, dec] = middle;
  const shrink = Math.cos((dec * Math.PI) / 180);
  const corner = (x: number, y: number) => `${ra - ((x + dx) * step) / shrink} ${dec + (y + dy) * step}`;
  const [w, h] = [(width - 1) / 2, (height - 1) / 2];
  return [corner(-w, -h), corner(w, -h), corner(w, h), corner(-w, h)].join(' ');
}

const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
export const memory = () => `RSS of server and clients' parent ${mib(process.memoryUsage().rss)}`;

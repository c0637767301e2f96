/** The service on an archive of files, and beside it in the same process a server that only sends them: what loopback and disk allow. */
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { allowAll } from '../../src/access/policy.ts';
import { buildApp } from '../../src/service/app.ts';
import { compose } from '../../src/service/compose.ts';
import { loadConfig } from '../../src/service/config.ts';
import type { PeerReport } from './claim.ts';
import { memory, read } from './patches.ts';
import { mean } from './turns.ts';

const MIB = 2 ** 20;

/** Sends files one after another, as Node reads them, at the client's pace. */
function plainServer(files: readonly string[]) {
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return createServer(async (_request, reply) => {
    reply.setHeader('content-length', size);
    for (const file of files) {
      for await (const piece of createReadStream(file, { highWaterMark: MIB }))
        if (!reply.write(piece)) await once(reply, 'drain');
    }
    reply.end();
  });
}

export async function serveFiles(archive: string, folder: string, files: readonly string[]) {
  const config = loadConfig({ VIGNET_ARCHIVE: archive, LOG_LEVEL: 'silent', VIGNET_MAX_LAG_MS: 60_000 });
  const { ports, vignet } = await compose(config, allowAll);
  const app = await buildApp(config, ports);
  const plain = plainServer(files.map((file) => join(folder, file)));
  await app.listen({ port: 0, host: '127.0.0.1' });
  await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
  const at = (server: { address(): unknown }) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    vignet,
    url: at(app.server),
    plain: at(plain),
    close: async () => {
      plain.close();
      await app.close();
      await vignet.close();
    },
  };
}

/** Seconds until the last of `users` has read all, each by `work` and with a client of its own. */
async function slowest(users: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: users }, work));
  return (performance.now() - start) / 1000;
}

export interface Reading {
  readonly users: number;
  readonly rounds: number;
  /** Finds what is to be fetched, and gives its address. */
  readonly find: () => Promise<string>;
  readonly plain: string;
  /** Of one user. */
  readonly bytes: number;
}

/** Both sides in turn; clients read what they get: they make a check sum of it. */
export async function readBoth({ users, rounds, find, plain, bytes }: Reading) {
  const [ours, limit]: [number[], number[]] = [[], []];
  await read(await find());
  for (let round = 0; round < rounds; round++) {
    limit.push(await slowest(users, () => read(plain)));
    ours.push(await slowest(users, async () => read(await find())));
  }
  const [seconds, peer] = [mean(ours), mean(limit)];
  const report: PeerReport & { min: number; max: number } = {
    ...{ n: rounds, seconds, min: Math.min(...ours), max: Math.max(...ours) },
  };
  const rate = (one: number) => `${Math.round((users * bytes) / one / MIB)} MiB/s`;
  const notes =
    `${users} users, ${bytes} bytes each, ${rate(seconds)}: ${Math.round((100 * peer) / seconds)} % of what loopback and disk give ` +
    `(${rate(peer)}); slowest of all ${report.max.toFixed(2)} s; ${memory()}`;
  return { ours: report, peer: { n: rounds, seconds: peer }, notes };
}

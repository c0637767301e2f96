// More of something than there is room for: ingests at once, clients for the descriptors that a process may have, requests that are half sent.
// Oracle: the service's own counters, the archive's check, and answers as one client has them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, inject, it } from 'vitest';
import { checkArchive } from '../../src/archive/check.ts';
import { vignet } from '../cli/run.ts';
import { datasets, read, type Serving, serve, syncPath } from '../service/process.ts';
import { imageAt } from '../support/archive.ts';
import { until } from '../support/until.ts';
import { exchange, requestBytes } from './raw.ts';
import { settled } from './settled.ts';

const top = mkdtempSync(join(tmpdir(), 'vignet-crowds-'));
let serving: Serving | undefined;
afterEach(async () => {
  serving?.child.kill('SIGKILL');
  await serving?.exited;
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const small = () => {
  const [row] = datasets(inject('sample'));
  return syncPath({ ID: row?.id ?? '', CIRCLE: `${row?.s_ra} ${row?.s_dec} 0.001` });
};

it('of three ingests at once into one archive each succeeds or says that another runs; the archive has every file once', async () => {
  const archive = join(top, 'archive');
  for (let n = 0; n < 30; n++) writeFileSync(join(top, `${n}.fits`), imageAt(n, 5));
  const args = ['ingest', '--archive', archive, '--repo', 'crowd', '--collection', 'Crowd', top];
  const ended = await Promise.all([1, 2, 3].map(() => vignet(args)));
  expect(ended.some(({ code }) => code === 0)).toBe(true);
  for (const { code, stderr } of ended)
    if (code !== 0)
      expect([code, stderr]).toEqual([1, expect.stringMatching(/ingest.* (is running|hold the lock)/)]);
  const ids = datasets(archive).map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([30, 30]);
  const wrong: string[] = [];
  for await (const { error } of checkArchive(archive)) wrong.push(error.message);
  expect(wrong).toEqual([]);
});

it('more clients than descriptors are answered, or asked to come again, or not heard; afterwards all is as before', async () => {
  serving = await serve(inject('sample'), { LOG_LEVEL: 'error', VIGNET_MAX_LAG_MS: '3600000' });
  const { base } = serving;
  const path = small();
  const before = await read(base + path);
  expect(before.status).toBe(200);
  const { pid } = serving.child;
  const most = readdirSync(`/proc/${pid}/fd`).length + 50;
  execFileSync('prlimit', [`--nofile=${most}`, '--pid', String(pid)]);
  const crowd = await Promise.all(
    Array.from({ length: 300 }, () => exchange(base, requestBytes('GET', path))),
  );
  for (const { reply } of crowd) {
    if (!reply) continue; // Its connection was closed.
    if (reply.status === 503) expect(reply.headers['retry-after']).toBeDefined();
    else expect([reply.status, reply.body.length]).toEqual([200, before.bytes]);
  }
  await settled(serving);
  expect(await read(base + path)).toEqual(before);
});

it('requests that are half sent hold nothing, while they last and when they have gone', async () => {
  serving = await serve(inject('sample'), { VIGNET_MAX_LAG_MS: '3600000' });
  const { base } = serving;
  const { port } = new URL(base);
  const form =
    'POST /api/cutout/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n';
  const halves = [
    'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ',
    `${form}Content-Length: 1000000\r\n\r\nID=`,
    `${form}Transfer-Encoding: chunked\r\n\r\nfff\r\nID=`,
    'G',
    '',
  ];
  const sockets: Socket[] = [];
  let sent = 0;
  for (let n = 0; n < 300; n++) {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(halves[n % halves.length] || '\r\n', () => (sent += 1)),
    );
    socket.on('error', () => undefined);
    sockets.push(socket);
  }
  await until(() => sent === sockets.length);
  // Beside them others are answered as ever.
  const path = small();
  for (let n = 0; n < 5; n++) expect((await read(base + path)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await settled(serving);
});

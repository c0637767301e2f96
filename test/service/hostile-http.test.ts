// What anybody can send must not stop the service: pipelines that are left, bodies without end, expressions that take for ever, faults.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { maxPipelined } from '../../src/service/http/pipelining.ts';
import { windowOf } from '../../src/service/http/range.ts';
import { parseNumbers } from '../../src/vo/dali/numbers.ts';
import { withUploads } from '../../src/vo/dali/uploads.ts';
import { stackList } from '../../src/vo/stack/parameters.ts';
import { underWay } from '../support/engine-totals.ts';
import { until } from '../support/until.ts';
import { type Serving, serve } from './process.ts';
import { type RealService, realService, sync } from './real.ts';

let service: RealService;
const sockets: Socket[] = [];

beforeAll(async () => {
  service = await realService({ VIGNET_MAX_BODY_KB: 64 });
});
afterAll(() => service.close());
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function connection(): Promise<Socket> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

const target = (parameters: Record<string, string> = {}) => {
  const { pathname, search } = new URL(sync(service, parameters));
  return pathname + search;
};

describe('pipelined requests', () => {
  it('give back all they hold when their connection goes', async () => {
    const asked = `GET ${target({ CUTOUTDETAIL: 'MaskedImage' })} HTTP/1.1\r\nHost: x\r\n\r\n`;
    for (let round = 0; round < 5; round++) {
      const socket = await connection();
      socket.write(asked.repeat(20));
      await once(socket, 'data');
      socket.pause();
      socket.destroy();
    }
    const { engine } = service.vignet;
    await until(() => Object.values(underWay(engine)).every((one) => one === 0));
    expect(engine.metrics().bytes.waiting).toBe(0);
    expect((await fetch(sync(service, { CUTOUTDETAIL: 'MaskedImage' }))).status).toBe(200);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(/^vignet_requests_open (\d+)$/m.exec(metrics)?.[1]).toBe('1');
  });

  it('are answered in order, each whole', async () => {
    const socket = await connection();
    const paths = ['/healthz', target({ RESPONSEFORMAT: 'image/png' }), '/api/cutout/sync', '/healthz'];
    const last = (at: number) => (at === paths.length - 1 ? 'Connection: close\r\n' : '');
    socket.write(paths.map((path, at) => `GET ${path} HTTP/1.1\r\nHost: x\r\n${last(at)}\r\n`).join(''));
    let text = '';
    for await (const chunk of socket) text += (chunk as Buffer).toString('latin1');
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '200',
      '200',
      '400',
      '200',
    ]);
  });

  it('beyond a number cost the connection', async () => {
    const socket = await connection();
    const closed = once(socket, 'close');
    socket.write(`GET ${target()} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(maxPipelined + 2));
    socket.resume();
    await closed;
  });
});

describe('bodies', () => {
  const boundary = 'part';
  const part = (bytes: number) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="TRACK"\r\n\r\n${'1'.repeat(bytes)}\r\n`;

  it('of many parts are refused where their sum is too large, with or without a length', async () => {
    const body = `${part(30_000).repeat(8)}--${boundary}--\r\n`;
    const url = `${service.url}/api/stack/sync`;
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    const known = await fetch(url, { method: 'POST', headers, body });
    expect(known.status).toBe(413);
    expect(await known.text()).toMatch(/65536 bytes/);

    const socket = await connection();
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const closed = once(socket, 'close');
    const head = ['POST /api/stack/sync HTTP/1.1', 'host: x', `content-type: ${headers['content-type']}`];
    socket.write(`${[...head, 'transfer-encoding: chunked'].join('\r\n')}\r\n\r\n`);
    // It never ends by itself.
    for (let sent = 0; sent < 40 && !socket.destroyed; sent++)
      socket.write(`${part(30_000).length.toString(16)}\r\n${part(30_000)}\r\n`);
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 413/);
    expect(text).toMatch(/65536 bytes/);
  });

  it('of half a million parameters are counted, not read', async () => {
    const reply = await fetch(`${service.url}/api/cutout/sync`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a&'.repeat(30_000),
    });
    expect(reply.status).toBe(400);
    expect(await reply.text()).toMatch(/expected at most 100 parameters, received 30001/);
  });
});

describe('expressions take time that grows with the text, not with its square', () => {
  // Each of these took minutes to days before.
  const many = 400_000;
  it.each<[string, () => unknown]>([
    ['Range', () => windowOf({ range: `bytes=${' '.repeat(many)}-${' '.repeat(many)}x` }, '"x"', 100)],
    [
      'a number',
      () => expect(() => parseNumbers('POS', `${'1'.repeat(many)}x`, 'POS')).toThrow(/characters/),
    ],
    [
      'UPLOAD',
      () =>
        expect(() => withUploads([['UPLOAD', `track,param:${' '.repeat(many)}x y`]], stackList)).toThrow(
          /UPLOAD/,
        ),
    ],
  ])('%s', (_, ask) => void ask());
});

describe('a fault in native code', () => {
  let serving: Serving | undefined;
  afterEach(() => {
    serving?.child.kill('SIGKILL');
  });

  it.each(['SIGSEGV', 'SIGBUS'] as const)('%s ends the process at once', async (signal) => {
    serving = await serve(inject('sample'));
    serving.child.kill(signal);
    expect(await serving.exited).toBe(signal);
  });
});

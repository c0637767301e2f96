// On real sockets: broken answers, clients that go, a service that stops.
import { once } from 'node:events';
import { createServer, get as httpGet, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isLoopback } from '../../src/base/loopback.ts';
import { limitPerAddress } from '../../src/service/http/connections.ts';
import { until } from '../support/until.ts';
import { FakeAnswer, fakeApp, good, type MakeCutout } from './fake.ts';

type App = Awaited<ReturnType<typeof fakeApp>>;
const open: App[] = [];

async function listening(makeCutout: MakeCutout, settings: Parameters<typeof fakeApp>[1] = {}) {
  const app = await fakeApp(makeCutout, settings);
  open.push(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, port: (app.server.address() as AddressInfo).port };
}

afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

function read(port: number): Promise<{ status: number; bytes: number; complete: boolean }> {
  return new Promise((resolve, reject) => {
    const request = httpGet({ port, path: good, agent: false }, (reply: IncomingMessage) => {
      let bytes = 0;
      reply.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      reply.on('error', () => undefined);
      reply.on('close', () => resolve({ status: reply.statusCode ?? 0, bytes, complete: reply.complete }));
    });
    request.on('error', reject);
  });
}

const big = new Uint8Array(40_000_000);

describe('an answer', () => {
  it('that fails before its first byte is an error document', async () => {
    const { port } = await listening(async () => new FakeAnswer(big, { failAt: 0 }));
    const reply = await fetch(`http://127.0.0.1:${port}${good}`);
    expect(reply.status).toBe(500);
    expect(await reply.text()).toMatch(/^Error: the file of the dataset has changed/);
    expect(reply.headers.get('etag')).toBeNull();
    expect(reply.headers.get('content-disposition')).toBeNull();
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it('that fails in the middle never looks whole', async () => {
    const { port } = await listening(async () => new FakeAnswer(big, { failAt: 1_000_000 }));
    const { status, bytes, complete } = await read(port);
    expect(status).toBe(200);
    expect(bytes).toBeLessThanOrEqual(1_048_576);
    expect(complete).toBe(false);
  });

  it('arrives whole otherwise', async () => {
    const { port } = await listening(async () => new FakeAnswer(big));
    expect(await read(port)).toEqual({ status: 200, bytes: big.length, complete: true });
  });
});

/** Runs `then` when the service has seen a connection close and everybody there has been told. */
function afterClose({ app }: { app: App }, then: () => void): void {
  app.server.once('connection', (socket: Socket) => socket.once('close', () => setImmediate(then)));
}

describe('a client that goes away', () => {
  it('aborts the work that is under way, in the turn in which the service sees it', async () => {
    const order: string[] = [];
    const service = await listening(async (_request, { signal }) => {
      signal.addEventListener('abort', () => order.push('aborted'));
      order.push('began');
      await once(signal, 'abort');
      throw signal.reason;
    });
    afterClose(service, () => order.push('next turn'));
    const socket = connect(service.port, '127.0.0.1');
    socket.write(`GET ${good} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => order.includes('began'));
    socket.destroy();
    await until(() => order.includes('next turn'));
    expect(order).toEqual(['began', 'aborted', 'next turn']);
  });

  it('closes the answer while it streams, in the turn in which the service sees it', async () => {
    const answer = new FakeAnswer(big);
    const service = await listening(async () => answer);
    let closed: boolean | undefined;
    afterClose(service, () => {
      closed = answer.closed;
    });
    const socket = connect(service.port, '127.0.0.1');
    socket.write(`GET ${good} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    expect(answer.closed).toBe(false);
    socket.destroy();
    await until(() => closed !== undefined);
    expect(closed).toBe(true);
  });
});

describe('connections of one address', () => {
  it('are so many at most, and free again when they close', async () => {
    const server = createServer((_, reply) => reply.end('ok'));
    limitPerAddress(server, 3, () => false);
    let accepted = 0;
    let closed = 0;
    server.on('connection', (socket) => {
      accepted += 1;
      socket.once('close', () => {
        closed += 1;
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const clients = Array.from({ length: 5 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await until(() => accepted === 5 && closed === 2);
    for (const client of clients) client.destroy();
    await until(() => closed === 5);
    const reply = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    expect(await reply.text()).toBe('ok');
    server.close();
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['2001:db8::1', false],
  ])('of %s are of this machine: %s', (address, local) => {
    expect(isLoopback(address)).toBe(local);
  });

  it('have their headers looked at every five seconds, and ten to send them', async () => {
    const { app } = await listening(async () => new FakeAnswer(big));
    expect(app.server).toMatchObject({ headersTimeout: 10_000, connectionsCheckingInterval: 5000 });
  });
});

describe('a service that stops', () => {
  it('ends what is in flight first', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let began = () => {};
    const started = new Promise<void>((resolve) => {
      began = resolve;
    });
    const { app, port } = await listening(async () => {
      began();
      await held;
      return new FakeAnswer(big);
    });
    const reading = read(port);
    await started;
    let closed = false;
    const closing = app.close().then(() => {
      closed = true;
    });
    await until(() => !app.server.listening);
    expect(closed).toBe(false);
    release();
    expect(await reading).toEqual({ status: 200, bytes: big.length, complete: true });
    await closing;
  });
});

it.each([
  [
    'a header too large',
    `GET ${good} HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 .*UsageError: URL and headers/s,
  ],
  ['no HTTP', 'GIMME PIXELS\r\n\r\n', /^HTTP\/1\.1 400 .*UsageError: this is not well-formed HTTP/s],
  [
    'two lengths',
    `POST ${good} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    /^HTTP\/1\.1 400 /,
  ],
  [
    'length and chunks',
    `POST ${good} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    /^HTTP\/1\.1 400 /,
  ],
])('%s is refused by the parser, and the next request answered', async (_name, request, answer) => {
  const { port } = await listening(async () => new FakeAnswer(big.subarray(0, 10)));
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  const [first] = (await once(socket, 'data')) as [Buffer];
  expect(first.toString()).toMatch(answer);
  socket.destroy();
  expect((await read(port)).status).toBe(200);
});

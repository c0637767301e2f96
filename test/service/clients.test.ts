// Clients that leave, dawdle, come in crowds; threads that die. On real sockets, with the engine's own numbers.
import { createHash } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { callsBegun, nothingUnderWay, underWay } from '../support/engine-totals.ts';
import { until } from '../support/until.ts';
import { datasets, type Listed, read, syncPath } from './process.ts';
import { type RealService, realService } from './real.ts';

let service: RealService;
let rows: Listed[];
let big: Listed;

beforeAll(async () => {
  rows = datasets(inject('sample'));
  big = [...rows].sort((a, b) => statSync(b.path).size - statSync(a.path).size)[0] as Listed;
  service = await realService({ VIGNET_THREADS: 2 });
});

afterAll(() => service.close());

const stream = () => syncPath({ ID: big.id, CUTOUTDETAIL: 'MaskedImage' });

const busy = ({ vignet }: RealService) => underWay(vignet.engine);

const idle = nothingUnderWay;

/** A connection that has asked for something. */
function ask(of: RealService, path: string): Socket {
  const socket = connect(Number(new URL(of.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return socket;
}

const isIdle = (of = service) => JSON.stringify(busy(of)) === JSON.stringify(idle);

/** Tasks that a thread has begun. */
const begun = () => callsBegun(service.vignet.engine);

/** The service's ends of connections, by the ports of the clients' ends. */
const served = new Map<number | undefined, Socket>();
subscribe('net.server.socket', (message) => {
  const { socket } = message as { socket: Socket };
  served.set(socket.remotePort, socket);
});

/**
 * Clients leave. In the turn in which the service sees the last of them go, their requests and what was queued for them are
 * gone; no further task begins, and those that run end.
 */
async function leave(clients: readonly Socket[]): Promise<void> {
  await until(() => clients.every(({ localPort }) => served.has(localPort)));
  const seen = clients.map(
    ({ localPort }) => new Promise((resolve) => served.get(localPort)?.once('close', resolve)),
  );
  for (const client of clients) client.destroy();
  await Promise.all(seen);
  await setImmediate();
  expect(busy(service)).toMatchObject({ requests: 0, queued: 0 });
  const before = begun();
  await until(isIdle);
  expect(begun()).toBe(before);
}

describe('a client that leaves frees its work: no further task begins', () => {
  it('while its answer streams', async () => {
    const socket = ask(service, stream());
    await once(socket, 'data');
    socket.pause();
    expect(busy(service)).toMatchObject({ requests: 1 });
    expect(busy(service).held).toBeGreaterThan(1_000_000);
    await leave([socket]);
  });

  it.each([
    { COMPRESS: 'gzip' },
    { COMPRESS: 'rice', QUANTIZE: '16' },
    { RESPONSEFORMAT: 'image/png' },
  ])('while its answer is made, whichever task it is at: %o', async (form) => {
    const whole = syncPath({ ID: big.id, ...form });
    const before = begun();
    expect((await read(service.url + whole)).status).toBe(200);
    const tasks = begun() - before;
    expect(tasks).toBeGreaterThan(2);
    for (let task = 1; task <= tasks; task++) {
      const start = begun();
      const socket = ask(service, whole);
      await until(() => begun() >= start + task);
      await leave([socket]);
    }
  });

  it('before its first byte, at work and in the queue', async () => {
    const paths = rows.slice(0, 12).map(({ id }) => syncPath({ ID: id, COMPRESS: 'gzip' }));
    const sockets = [
      ask(service, syncPath({ ID: big.id, COMPRESS: 'gzip' })),
      ...paths.map((path) => ask(service, path)),
    ];
    await until(() => busy(service).requests > 2 && busy(service).running > 0 && busy(service).queued > 0);
    await leave(sockets);
  });
});

it('a client that does not read is cut off, and what it held is free', async () => {
  const strict = await realService({ VIGNET_THREADS: 1, VIGNET_MIN_RATE_KB: 65_536 }); // an eighth of a second for 8 MiB
  const socket = ask(strict, stream());
  await once(socket, 'data');
  socket.pause();
  await until(() => isIdle(strict));
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const closed = once(socket, 'close');
  socket.resume();
  await closed;
  expect(bytes).toBeLessThan(100_000_000); // of 195 million
  await strict.close();
});

describe('a thread that is killed in the middle of a task', () => {
  const died = () => service.vignet.engine.metrics().workersDied;

  /** Ends all threads once one of them works. */
  const kill = async () => {
    await until(() => busy(service).running > 0);
    await Promise.all(service.vignet.engine.workers.map((worker) => worker.terminate()));
  };

  /** Does it until a thread was at work when it was ended, and not just done. */
  async function untilHit<T>(once: () => Promise<T>): Promise<T> {
    for (;;) {
      const before = died();
      const result = await once();
      if (died() > before) return result;
    }
  }

  it('costs one clear error, and the next request is fine', async () => {
    const path = service.url + syncPath({ ID: big.id, COMPRESS: 'gzip' });
    const { status, text } = await untilHit(async () => {
      const answer = read(path);
      // The plan, a first short task, is not the one to hit.
      await until(() => busy(service).held > 0);
      await kill();
      return answer;
    });
    expect(status).toBe(500);
    expect(text).toMatch(
      /^Error: the thread that worked on this request ended .*; another has taken its place/,
    );
    expect(await read(path)).toMatchObject({ status: 200, complete: true });
    await until(isIdle);
  });

  it('breaks a stream that has begun: it never looks whole', async () => {
    const broken = await untilHit(async () => {
      let killed: Promise<void> | undefined;
      const begun = () => {
        killed = kill();
      };
      const answer = await read(service.url + stream(), { begun });
      // The next request comes after the last of the threads.
      await killed;
      return answer;
    });
    expect(broken).toMatchObject({ status: 200, complete: false });
    expect(await read(service.url + stream())).toMatchObject({ status: 200, complete: true });
  });
});

describe('an answer is the same bytes', () => {
  const mixed = () => {
    const forms: Record<string, string>[] = [
      {},
      { CUTOUTDETAIL: 'MaskedImage' },
      { CUTOUTDETAIL: 'Exposure' },
      { COMPRESS: 'rice', CUTOUTDETAIL: 'MaskedImage' },
      { COMPRESS: 'gzip' },
      { COMPRESS: 'rice', QUANTIZE: '16' },
      { RESPONSEFORMAT: 'image/png' },
      { RESPONSEFORMAT: 'image/jpeg' },
    ];
    const pieces = forms.map((form, n) => {
      const row = rows[n * 7] as Listed;
      return syncPath({ ID: row.id, CIRCLE: `${row.s_ra} ${row.s_dec} ${0.002 * (n + 1)}`, ...form });
    });
    return [...pieces, stream()];
  };

  const answers = async (of: RealService, paths: string[]) => {
    const digests: string[] = [];
    for (const path of paths) {
      const { status, complete, digest } = await read(of.url + path);
      digests.push(`${status} ${complete} ${digest}`);
    }
    return digests;
  };

  it('with 1, 2 and 3 threads', async () => {
    const paths = mixed();
    const two = await answers(service, paths);
    expect(two.every((one) => one.startsWith('200 true '))).toBe(true);
    for (const VIGNET_THREADS of [1, 3]) {
      const other = await realService({ VIGNET_THREADS });
      expect(await answers(other, paths), `${VIGNET_THREADS}`).toEqual(two);
      await other.close();
    }
  });

  it('for 50 clients at once as for one', async () => {
    const paths = mixed().slice(0, -1);
    const alone = await answers(service, paths);
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    const client = async (first: number) => {
      const wrong: string[] = [];
      for (let i = first; i < first + 8; i++) {
        const n = i % paths.length;
        const { status, complete, digest } = await read(service.url + paths[n], { agent });
        if (`${status} ${complete} ${digest}` !== alone[n]) wrong.push(`${status} ${paths[n]}`);
      }
      return wrong;
    };
    const wrong = await Promise.all(Array.from({ length: 50 }, (_, n) => client(n)));
    agent.destroy();
    expect(wrong.flat()).toEqual([]);
    await until(isIdle);
  });

  it('in ranges put together', async () => {
    const url = service.url + stream();
    const whole = await read(url);
    const hash = createHash('sha256');
    const step = 30_000_001;
    for (let from = 0; from < whole.bytes; from += step) {
      const reply = await fetch(url, { headers: { range: `bytes=${from}-${from + step - 1}` } });
      expect(reply.status).toBe(206);
      hash.update(Buffer.from(await reply.arrayBuffer()));
    }
    expect(hash.digest('hex')).toBe(whole.digest);
  });
});

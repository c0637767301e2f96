// Clients that leave, dawdle, come in crowds; threads that die. On real sockets, with the engine's own numbers.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
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

function busy({ vignet }: RealService) {
  const { requests, running, queued, bytes } = vignet.engine.metrics();
  return {
    requests: requests.interactive,
    running: running.interactive,
    queued: queued.interactive,
    held: bytes.held,
  };
}

const idle = { requests: 0, running: 0, queued: 0, held: 0 };

async function until(true_: () => boolean, ms = 20_000): Promise<number> {
  const begun = performance.now();
  while (!true_()) {
    if (performance.now() - begun > ms) throw new Error('it never happened');
    await sleep(1);
  }
  return performance.now() - begun;
}

/** A connection that has asked for something. */
function ask(of: RealService, path: string): Socket {
  const socket = connect(Number(new URL(of.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return socket;
}

const isIdle = () => JSON.stringify(busy(service)) === JSON.stringify(idle);

// Again where the machine had other things to do just then.
describe('a client that leaves frees its work within 100 ms', { retry: 2 }, () => {
  it('while its answer streams', async () => {
    const socket = ask(service, stream());
    await once(socket, 'data');
    socket.pause();
    expect(busy(service)).toMatchObject({ requests: 1 });
    expect(busy(service).held).toBeGreaterThan(1_000_000);
    socket.destroy();
    expect(await until(isIdle)).toBeLessThan(100);
  });

  it.each([
    { COMPRESS: 'gzip' },
    { COMPRESS: 'rice', QUANTIZE: '16' },
    { RESPONSEFORMAT: 'image/png' },
  ])('while its answer is made: %o', async (form) => {
    const whole = syncPath({ ID: big.id, ...form });
    for (const ms of [0, 20, 100, 200]) {
      const socket = ask(service, whole);
      await until(() => busy(service).running > 0);
      await sleep(ms);
      socket.destroy();
      expect(await until(isIdle), `after ${ms} ms`).toBeLessThan(100);
    }
  });

  it('before its first byte, at work and in the queue', async () => {
    const paths = rows.slice(0, 12).map(({ id }) => syncPath({ ID: id, COMPRESS: 'gzip' }));
    const sockets = [
      ask(service, syncPath({ ID: big.id, COMPRESS: 'gzip' })),
      ...paths.map((path) => ask(service, path)),
    ];
    await until(() => busy(service).requests > 2 && busy(service).running > 0 && busy(service).queued > 0);
    for (const socket of sockets) socket.destroy();
    expect(await until(isIdle)).toBeLessThan(100);
  });
});

it('a client that does not read is cut off, and what it held is free', async () => {
  const strict = await realService({ VIGNET_THREADS: 1, VIGNET_MIN_RATE_KB: 16_384 }); // half a second for 8 MiB
  const socket = ask(strict, stream());
  await once(socket, 'data');
  socket.pause();
  const begun = performance.now();
  await until(() => JSON.stringify(busy(strict)) === JSON.stringify(idle));
  expect(performance.now() - begun).toBeGreaterThan(400);
  expect(performance.now() - begun).toBeLessThan(5000);
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
  const kill = async () => {
    await until(() => busy(service).running > 0);
    for (const worker of service.vignet.engine.workers) await worker.terminate();
  };

  it('costs one clear error, and the next request is fine', async () => {
    const path = service.url + syncPath({ ID: big.id, COMPRESS: 'gzip' });
    const answer = read(path);
    // The plan, a first short task, is not the one to hit.
    await until(
      () => (service.vignet.engine.metrics().stages.fill?.count ?? 0) > 0 || busy(service).held > 0,
    );
    const died = service.vignet.engine.metrics().workersDied;
    await kill();
    const { status, text } = await answer;
    expect(status).toBe(500);
    expect(text).toMatch(
      /^Error: the thread that worked on this request ended .*; another has taken its place/,
    );
    expect(service.vignet.engine.metrics().workersDied).toBeGreaterThan(died);
    expect(await read(path)).toMatchObject({ status: 200, complete: true });
    expect(await until(isIdle)).toBeLessThan(1000);
  });

  it('breaks a stream that has begun: it never looks whole', async () => {
    let killed: Promise<void> | undefined;
    const begun = () => {
      killed = kill();
    };
    const broken = await read(service.url + stream(), { begun });
    expect(broken).toMatchObject({ status: 200, complete: false });
    // All threads are ended one after the other: the next request comes after the last of them.
    await killed;
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
    expect(await until(isIdle)).toBeLessThan(1000);
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

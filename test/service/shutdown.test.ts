// How a service ends, and what it does when something ends under it.
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { ingest, simulate } from '../../src/index.ts';
import { until } from '../support/until.ts';
import { datasets, type Listed, read, type Serving, serve, syncPath } from './process.ts';

const archive = inject('sample');
const running: Serving[] = [];
let rows: Listed[];
let big: Listed;

async function start(of = archive, env: NodeJS.ProcessEnv = {}): Promise<Serving> {
  // Neither a client that waits here nor a busy machine is a reason to end anything.
  const service = await serve(of, { VIGNET_MIN_RATE_KB: '1', VIGNET_MAX_LAG_MS: '3600000', ...env });
  running.push(service);
  return service;
}

beforeAll(() => {
  rows = datasets(archive);
  big = [...rows].sort((a, b) => statSync(b.path).size - statSync(a.path).size)[0] as Listed;
});

afterEach(async () => {
  for (const service of running.splice(0)) {
    service.child.kill('SIGKILL');
    await service.exited;
  }
});

describe('SIGTERM', () => {
  it('loses no request in flight: a stream and those that wait for a thread', async () => {
    const service = await start(archive, { VIGNET_THREADS: '1' });
    const url = (one: Listed, more = {}) => service.base + syncPath({ ID: one.id, ...more });
    const small = rows.slice(0, 20).map((row) => url(row, { RESPONSEFORMAT: 'image/png' }));
    const stream = url(big, { CUTOUTDETAIL: 'MaskedImage' });
    const alone = await Promise.all([stream, ...small].map((one) => read(one)));
    const asked = () => service.log().match(/"msg":"cutout"/g)?.length ?? 0;
    // The log comes through a pipe, and later than the answers.
    await until(() => asked() === 1 + small.length);

    let resume: (() => void) | undefined;
    const streaming = read(stream, {
      begun: (reply) => {
        reply.pause();
        resume = () => reply.resume();
      },
    });
    // Begun before the others, which share the one thread: what is paused later would never be resumed.
    await until(() => resume !== undefined);
    const waiting = small.map((one) => read(one));
    await until(() => asked() === 2 * (1 + small.length));
    const ended = service.stop();
    await until(() => service.log().includes('"msg":"stopping"'));
    resume?.();
    const together = await Promise.all([streaming, ...waiting]);
    expect(together.map(({ status, complete }) => `${status} ${complete}`)).toEqual(
      together.map(() => '200 true'),
    );
    expect(together.map(({ digest }) => digest)).toEqual(alone.map(({ digest }) => digest));
    expect(await ended).toBe(0);
    await expect(read(`${service.base}/healthz`)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends a service that has nothing to do, and does not wait for idle connections', async () => {
    const service = await start(archive, { VIGNET_IDLE_TIMEOUT_S: '3600', VIGNET_CLOSE_DELAY_S: '3600' });
    await (await fetch(`${service.base}/healthz`)).text(); // leaves its connection open
    expect(await service.stop()).toBe(0);
  });

  it('does not wait forever for a client that does not read', async () => {
    const service = await start(archive, { VIGNET_CLOSE_DELAY_S: '1' });
    const stay = () => {};
    let leave = stay;
    const stuck = read(service.base + syncPath({ ID: big.id }), {
      begun: (reply) => {
        reply.pause();
        leave = () => reply.destroy();
      },
    });
    await until(() => leave !== stay);
    expect(await service.stop()).not.toBe(0);
    leave();
    expect((await stuck).complete).toBe(false);
  });
});

it('kill -9 in the middle of an answer breaks the answer, and a new process gives it', async () => {
  const path = syncPath({ ID: big.id, CUTOUTDETAIL: 'MaskedImage' });
  const first = await start();
  const whole = await read(first.base + path);
  expect([whole.status, whole.complete]).toEqual([200, true]);
  const broken = await read(first.base + path, {
    begun: () => {
      first.child.kill('SIGKILL');
    },
  });
  expect(broken.complete).toBe(false);
  expect(await first.exited).toBe('SIGKILL');
  const second = await start();
  expect(await read(second.base + path)).toEqual(whole);
});

describe('when it vanishes,', () => {
  let folder = '';
  let own = '';
  let service: Serving;
  let ids: Listed[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vignet-gone-'));
    own = join(folder, 'archive');
    const sky = {
      out: join(folder, 'files'),
      scale: 0.05,
      visits: 4,
      detectors: 1,
      fullSize: 0,
      bands: ['r'],
      types: ['visit_image' as const],
      workers: 0,
    };
    await simulate(sky);
    await ingest(own, [sky.out], { repo: 'gone', collection: 'Gone' });
    ids = datasets(own);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const cutout = (n: number) => read(service.base + syncPath({ ID: ids[n]?.id ?? '' }));
  const health = async () => {
    const reply = await fetch(`${service.base}/healthz`);
    return [reply.status, await reply.json()];
  };
  const noPath = (text: string) => expect(text).not.toContain(folder);

  it('one file costs its own answers a clear error', async () => {
    service = await start(own);
    const path = ids[0]?.path ?? '';
    renameSync(path, `${path}.away`);
    const { status, text } = await cutout(0);
    expect(status).toBe(500);
    expect(text).toMatch(/^Error: expected the file that was ingested, received none of its name/);
    noPath(text);
    expect((await cutout(1)).status).toBe(200);
    expect((await health())[0]).toBe(200);
    renameSync(`${path}.away`, path);
    expect((await cutout(0)).status).toBe(200);
  });

  it('the disk of the files is told by every answer and by /healthz, until it is back', async () => {
    service = await start(own);
    const files = join(folder, 'files');
    renameSync(files, `${files}.away`);
    const { status, text } = await cutout(0);
    expect(status).toBe(500);
    expect(text).toMatch(/^Error: /);
    noPath(text);
    const told = await health();
    expect(told).toEqual([
      503,
      { status: 'failing', reason: 'no root folder of the files exists any longer; mount or restore them' },
    ]);
    renameSync(`${files}.away`, files);
    expect([(await cutout(0)).status, (await health())[0]]).toEqual([200, 200]);
  });

  it('the archive is told by /healthz, until it is back', async () => {
    service = await start(own);
    renameSync(own, `${own}.away`);
    expect(await health()).toEqual([
      503,
      { status: 'failing', reason: 'the folder of the archive no longer exists; mount or restore it' },
    ]);
    const { status, text } = await cutout(2);
    expect(status === 200 || (status >= 500 && text.startsWith('Error: '))).toBe(true);
    noPath(text);
    renameSync(`${own}.away`, own);
    expect([(await cutout(2)).status, (await health())[0]]).toEqual([200, 200]);
  });
});

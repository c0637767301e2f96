// What HTTP promises: HEAD, ranges, conditions, CORS, bodies of POST.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { safeName } from '../../src/base/safe-name.ts';
import { windowOf } from '../../src/service/http/range.ts';
import { encodedId, FakeAnswer, fakeApp, good, id, pixels } from './fake.ts';

describe('a good answer', () => {
  let app: Awaited<ReturnType<typeof fakeApp>>;
  beforeAll(async () => {
    app = await fakeApp(async (request) => {
      if (request.runId === 'none') return undefined;
      return new FakeAnswer(pixels, {
        late: request.compress !== 'none',
        ranges: request.compress === 'none',
        filename: request.runId ?? 'fake.fits',
      });
    });
  });
  afterAll(() => app.close());

  it('has its headers', async () => {
    const reply = await app.inject(good);
    expect(reply.statusCode).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/fits',
      'content-length': '5760',
      'content-disposition': 'attachment; filename="fake.fits"',
      etag: '"fake-1"',
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    const exposed = String(reply.headers['access-control-expose-headers']);
    for (const name of ['Content-Length', 'Content-Disposition', 'ETag']) expect(exposed).toContain(name);
    expect(reply.rawPayload.equals(pixels)).toBe(true);
  });

  it.each([
    '',
    '&COMPRESS=gzip',
    '&RUNID=none',
    '&TIME=x',
  ])('HEAD %s says what GET says, without a body', async (more) => {
    const [get, head] = [
      await app.inject(good + more),
      await app.inject({ method: 'HEAD', url: good + more }),
    ];
    expect(head.statusCode).toBe(get.statusCode);
    expect(head.rawPayload.length).toBe(0);
    for (const name of ['content-length', 'content-type', 'etag', 'content-disposition', 'accept-ranges']) {
      expect(head.headers[name], name).toBe(get.headers[name]);
    }
  });

  it('is the same by form, by multipart, and by a form beside a query', async () => {
    const boundary = 'B';
    const part = (name: string, value: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const posts = [
      {
        url: '/api/cutout/sync',
        type: 'application/x-www-form-urlencoded',
        payload: `id=${encodedId}&circle=10+20+0.1`,
      },
      {
        url: '/api/cutout/sync?CIRCLE=10%2020%200.1',
        type: 'application/x-www-form-urlencoded',
        payload: `ID=${encodedId}`,
      },
      {
        url: '/api/cutout/sync',
        type: `multipart/form-data; boundary=${boundary}`,
        payload: `${part('ID', id)}${part('Circle', '10 20 0.1')}--${boundary}--\r\n`,
      },
    ];
    for (const { url, type, payload } of posts) {
      const reply = await app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });
      expect(reply.statusCode, reply.body.slice(0, 200)).toBe(200);
      expect(reply.rawPayload.equals(pixels)).toBe(true);
    }
  });

  it('is 204 without a body when nothing overlaps', async () => {
    const reply = await app.inject(`${good}&RUNID=none`);
    expect([reply.statusCode, reply.body]).toEqual([204, '']);
    expect(reply.headers['content-type']).toBeUndefined();
  });

  it.each([
    ['"fake-1"', 304],
    ['W/"fake-1"', 304],
    ['"x", "fake-1"', 304],
    ['*', 304],
    ['"other"', 200],
    ['fake-1', 200],
  ])('If-None-Match: %s gives %i', async (value, status) => {
    const reply = await app.inject({ url: good, headers: { 'if-none-match': value } });
    expect(reply.statusCode).toBe(status);
    expect(reply.headers.etag).toBe('"fake-1"');
    if (status === 304) expect(reply.body).toBe('');
  });

  it.each([
    ['"fake-1"', 200],
    ['"x", "fake-1"', 200],
    ['*', 200],
    ['"other"', 412],
    ['W/"fake-1"', 412],
  ])('If-Match: %s gives %i', async (value, status) => {
    const reply = await app.inject({ url: good, headers: { 'if-match': value } });
    expect(reply.statusCode).toBe(status);
    if (status === 412)
      expect(reply.body.trim()).toBe(
        'UsageError: expected "fake-1" for If-Match, received another ETag: the answer has changed; download it again',
      );
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=5750-', 5750, 5760],
    ['bytes=-10', 5750, 5760],
    ['bytes=100-99999', 100, 5760],
    ['bytes=-99999', 0, 5760],
  ])('Range: %s', async (range, from, to) => {
    const reply = await app.inject({ url: good, headers: { range } });
    expect(reply.statusCode).toBe(206);
    expect(reply.headers['content-range']).toBe(`bytes ${from}-${to - 1}/5760`);
    expect(reply.headers['content-length']).toBe(String(to - from));
    expect(reply.rawPayload.equals(pixels.subarray(from, to))).toBe(true);
  });

  it.each([
    'bytes=0-1,5-6',
    'lines=0-1',
    'bytes=9-1',
    'bytes=-',
    'bytes=a-b',
  ])('Range: %s gives the whole', async (range) => {
    const reply = await app.inject({ url: good, headers: { range } });
    expect([reply.statusCode, reply.rawPayload.length]).toEqual([200, 5760]);
  });

  it('If-Range of another version gives the whole', async () => {
    const ask = (etag: string) =>
      app.inject({ url: good, headers: { range: 'bytes=0-9', 'if-range': etag } });
    expect((await ask('"fake-1"')).statusCode).toBe(206);
    expect((await ask('"fake-0"')).statusCode).toBe(200);
    expect((await ask('W/"fake-1"')).statusCode).toBe(200);
  });

  it('without ranges ignores Range', async () => {
    const reply = await app.inject({ url: `${good}&COMPRESS=gzip`, headers: { range: 'bytes=0-9' } });
    expect([reply.statusCode, reply.headers['accept-ranges']]).toEqual([200, undefined]);
  });

  it('answers a CORS preflight everywhere', async () => {
    for (const url of [
      good,
      '/api/cutout/capabilities',
      '/api/cutout/availability',
      '/api/cutout/examples',
      '/openapi.json',
    ]) {
      const reply = await app.inject({
        method: 'OPTIONS',
        url,
        headers: {
          origin: 'https://a.example',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'range',
        },
      });
      expect(reply.statusCode, url).toBe(204);
      expect(reply.headers['access-control-allow-origin']).toBe('*');
      expect(reply.headers['access-control-allow-methods']).toContain('GET');
      expect(reply.headers['access-control-allow-headers']).toContain('range');
    }
  });

  it('has a file name that is safe in a header and on a disk', async () => {
    const reply = await app.inject(`${good}&RUNID=${encodeURIComponent('../é"x.fits')}`);
    expect(reply.headers['content-disposition']).toBe('attachment; filename="_x.fits"');
    expect(safeName('...')).toBe('answer');
  });
});

it('windows never leave the answer', () => {
  for (const range of ['bytes=0-0', 'bytes=-1', 'bytes=2-', 'bytes=0-999999999999999']) {
    const window = windowOf({ range }, '"x"', 3);
    expect(window && window.from >= 0 && window.to <= 3 && window.from < window.to).toBe(true);
  }
  expect(() => windowOf({ range: 'bytes=0-1' }, '"x"', 0)).toThrow(/0 bytes/);
});

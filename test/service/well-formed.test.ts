// Requests that the HTTP parser takes and that mean different things to different readers are refused in the service's own words, and
// the addresses in answers are the service's, whatever Host says. Oracle: RFC 9110, RFC 9112.
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeApp, good } from './fake.ts';

let app: FastifyInstance;
let port: number;

beforeAll(async () => {
  app = await fakeApp();
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterAll(() => app.close());

/** All that comes back for these bytes. */
async function raw(...lines: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${lines.join('\r\n')}\r\n\r\n`);
  return text(socket);
}

const post = (...headers: string[]) =>
  raw('POST /api/cutout/sync HTTP/1.1', 'Host: localhost', 'Content-Length: 0', ...headers);
const form = 'Content-Type: application/x-www-form-urlencoded';

describe('refused', () => {
  it.each([
    ['two Host headers', () => raw(`GET ${good} HTTP/1.1`, 'Host: a', 'host: b'), 400, 'received 2'],
    ['no Host header', () => raw(`GET ${good} HTTP/1.1`), 400, 'received 0'],
    ['HTTP/0.9', () => raw(`GET ${good} HTTP/0.9`, 'Host: a'), 400, 'received HTTP/0.9'],
    ['a gzipped body', () => post(form, 'Content-Encoding: gzip'), 415, 'received gzip'],
    ['an expectation', () => post(form, 'Expect: the-impossible'), 417, 'expected 100-continue'],
  ])('%s', async (_, answer, status, words) => {
    const came = await answer();
    expect(came).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(came).toContain('UsageError: expected');
    expect(came).toContain(words);
  });

  it('and nothing else: HTTP/1.0 without Host, an identity encoding, 100-continue', async () => {
    expect(await raw(`GET ${good} HTTP/1.0`)).toMatch(/^HTTP\/1\.1 200 /);
    const withId = post(form, 'Content-Encoding: identity');
    expect(await withId).toContain('expected a value for ID');
    expect(await post(form, 'Expect: 100-continue')).toMatch(/^HTTP\/1\.1 100 Continue/);
  });
});

describe('addresses in answers', () => {
  const base = async (host: string) => {
    const answer = await raw('GET /api/cutout/capabilities HTTP/1.1', `Host: ${host}`, 'Connection: close');
    return /accessURL use="full">([^<]*)\/api\/cutout\/sync</.exec(answer)?.[1];
  };

  it('are names of this machine, else the address that the connection came to', async () => {
    for (const own of [`localhost:${port}`, '127.0.0.1:99', '[::1]:99', 'LOCALHOST', hostname()])
      expect(await base(own), own).toBe(`http://${own}`);
    for (const other of ['evil.example', 'evil.example:80', 'localhost.evil.example', '10.1.2.3', 'a"<b>'])
      expect(await base(other), other).toBe(`http://127.0.0.1:${port}`);
  });

  it('are kept by no cache without asking again, and for one address only', async () => {
    for (const url of ['/api/cutout/capabilities', '/api/cutout/examples', '/openapi.json']) {
      const { headers } = await app.inject(url);
      expect(headers['cache-control'], url).toBe('no-cache');
      expect(headers.vary, url).toMatch(/^Host, Forwarded, X-Forwarded-Proto/);
    }
  });
});

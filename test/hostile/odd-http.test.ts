// Requests that no honest client sends, one of a kind: each has the answer that RFC 9110 and 9112 ask for, or none; nothing of the inside is
// named, nothing of a stranger believed, and nothing is held afterwards. Beside `fuzz-http`, which finds what nobody has thought of.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { datasets, type Serving, serve } from '../service/process.ts';
import { exchange, requestBytes } from './raw.ts';
import { settled } from './settled.ts';

let serving: Serving;
let good: string;

beforeAll(async () => {
  serving = await serve(inject('sample'), { VIGNET_MAX_LAG_MS: '3600000', VIGNET_REQUEST_TIMEOUT_S: '5' });
  const [row] = datasets(inject('sample'));
  const query = { ID: row?.id ?? '', CIRCLE: `${row?.s_ra} ${row?.s_dec} 0.001` };
  good = `/api/cutout/sync?${new URLSearchParams(query)}`;
});
afterAll(async () => {
  await settled(serving);
  expect(await serving.stop()).toBe(0);
});

const FORM = 'application/x-www-form-urlencoded';
const post = (framing: string, body: string) =>
  `POST /api/cutout/sync HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM}\r\nConnection: close\r\n${framing}\r\n\r\n${body}`;
const get = (headers: string) => `GET /healthz HTTP/1.1\r\nConnection: close\r\n${headers}\r\n\r\n`;

/** Statuses of all answers of a connection, in order. */
const statuses = (text: string) =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

describe('framing', () => {
  it.each<[string, string, number[]]>([
    ['a length and chunks', post('Content-Length: 4\r\nTransfer-Encoding: chunked', '0\r\n\r\n'), [400]],
    ['two lengths', post('Content-Length: 4\r\nContent-Length: 5', 'ID=1x'), [400]],
    ['a length with a sign', post('Content-Length: +4', 'ID=1'), [400]],
    ['a length of 2^64', post('Content-Length: 18446744073709551616', 'ID=1'), [400]],
    ['another transfer coding', post('Transfer-Encoding: xchunked', '0\r\n\r\n'), [400]],
    ['chunked before another coding', post('Transfer-Encoding: chunked, identity', '0\r\n\r\n'), [400]],
    ['a blank before the colon', post('Transfer-Encoding : chunked', '0\r\n\r\n'), [400]],
    ['line feeds alone', 'GET /healthz HTTP/1.1\nHost: x\n\n', [400]],
    ['a folded header', get('Host: x\r\nX-A: b\r\n c'), [400]],
    ['NUL in a header', get('Host: x\r\nX-A: b\0c'), [400]],
    ['no Host', get('X-A: b'), [400]],
    [
      'a chunk extension of a megabyte',
      post('Transfer-Encoding: chunked', `1;${'a'.repeat(1e6)}\r\nx\r\n0\r\n\r\n`),
      [400],
    ],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['the hello of TLS', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', [400]],
    ['headers of 100 kB', get(`Host: x\r\nX-A: ${'a'.repeat(100_000)}`), [431]],
    ['a URL of 2 MB', `GET /?${'a'.repeat(2_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, [431]],
    ['an upgrade', get('Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket'), [200]],
    ['an expectation of something else', get('Host: x\r\nExpect: miracle'), [417]],
    // What a proxy in front might take for a second request is the body of the first.
    [
      'a request in a body',
      post('Content-Length: 42', 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.padEnd(42)),
      [400],
    ],
  ])('%s', async (_, bytes, expected) => {
    const answer = await exchange(serving.base, Buffer.from(bytes, 'latin1'));
    // A connection that is reset while it still sends may lose the answer.
    if (answer.bytes.length > 0 || bytes.length < 50_000)
      expect(statuses(answer.bytes.toString('latin1'))).toEqual(expected);
    expect(answer.bytes.toString('latin1')).not.toMatch(/vignet_requests_open/);
  });

  it('a chunk of 2^63 bytes that never come costs its connection', async () => {
    const answer = await exchange(
      serving.base,
      post('Transfer-Encoding: chunked', '7fffffffffffffff\r\nx\r\n'),
    );
    expect(
      statuses(answer.bytes.toString('latin1')).filter((status) => status !== 408 && status !== 400),
    ).toEqual([]);
  });
});

describe('addresses', () => {
  it.each([
    'evil.example/x',
    '"><script>',
    'a@b',
    'localhost evil',
    '[::1',
  ])('a Host that is none is not emitted: %s', async (host) => {
    const { reply } = await exchange(serving.base, requestBytes('GET', '/api/cutout/capabilities', { host }));
    expect(reply?.status === 200 ? reply.body.toString() : '').not.toContain(`//${host}/`);
  });

  it('forwarded headers of strangers are not believed', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-prefix': '/evil',
      forwarded: 'host=evil2.example',
    };
    const { reply } = await exchange(serving.base, requestBytes('GET', '/api/cutout/capabilities', headers));
    expect(reply?.status).toBe(200);
    expect(reply?.body.toString()).not.toMatch(/evil/);
  });

  it.each([
    '/../etc/passwd',
    '/docs/../../etc/passwd',
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/docs/static/..%5c..%5cpackage.json',
    '/%00',
    '//evil.example/',
  ])('no path leads out: %s', async (path) => {
    const { reply } = await exchange(serving.base, requestBytes('GET', path));
    expect([400, 404]).toContain(reply?.status);
    expect(reply?.headers.location).toBeUndefined();
    expect(reply?.body.toString()).not.toMatch(/root:|"version"/);
  });
});

describe('the log', () => {
  it('has one line of JSON for each entry, no escape and no token, whatever is in a request', async () => {
    const before = serving.log().length;
    const asked = [
      requestBytes('GET', '/api/cutout/sync?RUNID=a%0A%7B%22level%22%3A60%7D&ID=x%0d%0ay', {
        'user-agent': 'a\x1b[31m"}\\n{',
      }),
      requestBytes('GET', '/healthz?token=SECRET1&access_token=SECRET2&x=1', {
        authorization: 'Bearer SECRET3',
        cookie: 'a=SECRET4',
      }),
      requestBytes('GET', `${good}&RUNID=%1b%5b31m`),
    ];
    for (const bytes of asked) expect((await exchange(serving.base, bytes)).reply).toBeDefined();
    await settled(serving);
    const lines = serving.log().slice(before).split('\n').filter(Boolean);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    expect(serving.log()).not.toMatch(/SECRET\d/);
    expect(serving.log()).not.toContain('\x1b');
  });
});

describe('uploads', () => {
  const table = (rows: string) =>
    `<VOTABLE><RESOURCE><TABLE><FIELD name="mjd"/><FIELD name="ra"/><FIELD name="dec"/><DATA><TABLEDATA>${rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;
  it.each<[string, string]>([
    [
      'a document type with a file',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><VOTABLE>&x;</VOTABLE>',
    ],
    [
      'an entity of entities',
      '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><VOTABLE>&y;</VOTABLE>',
    ],
    ['an entity that is not known', table('<TR><TD>&x;</TD></TR>')],
    ['elements one in another', `${'<a>'.repeat(60_000)}`],
    [
      'very many attributes',
      table(`<TR ${Array.from({ length: 20_000 }, (_, n) => `a${n}=""`).join(' ')}/>`),
    ],
    ['a number of very many digits', table(`<TR><TD>${'1'.repeat(400_000)}x</TD><TD>1</TD><TD>1</TD></TR>`)],
    ['very many empty rows', table('<TR/>'.repeat(50_000))],
    [
      'names of the language',
      '<VOTABLE><RESOURCE><TABLE><FIELD name="__proto__" ref="__proto__"/><TIMESYS ID="__proto__"/></TABLE></RESOURCE></VOTABLE>',
    ],
    [
      'a long instruction and comment',
      `<?x ${'a'.repeat(200_000)}?><!--${'b'.repeat(200_000)}-->${table('')}`,
    ],
  ])('%s is refused', async (_, xml) => {
    const body = `--b\r\nContent-Disposition: form-data; name="TRACK"\r\n\r\n${xml}\r\n--b--\r\n`;
    const type = { 'content-type': 'multipart/form-data; boundary=b' };
    const { reply } = await exchange(serving.base, requestBytes('POST', '/api/stack/sync', type, body));
    expect(reply?.status).toBe(400);
    expect(reply?.body.toString()).toMatch(/^UsageError: [^\n]{10,600}\n$/);
    expect(reply?.body.toString()).not.toMatch(/root:x/);
  });
});

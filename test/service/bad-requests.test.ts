// Bad requests: each gets its status, its label and a sentence that names what is wrong; the next good request is answered.
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VignetError } from '../../src/base/errors.ts';
import { encodedId, FakeAnswer, fakeApp, good, id, pixels, uuid } from './fake.ts';

type Case = readonly [
  name: string,
  request: string | InjectOptions,
  status: number,
  label: string,
  fragment: string | RegExp,
];

const sync = '/api/cutout/sync';
const get = (query: string) => `${sync}?${query}`;
const withId = (query: string) => get(`ID=${encodedId}&${query}`);
const form = (payload: string, type = 'application/x-www-form-urlencoded'): InjectOptions => ({
  method: 'POST',
  url: sync,
  headers: { 'content-type': type },
  payload,
});
const boundary = 'xyz';
const multipart = (parts: string, tail = `--${boundary}--\r\n`): InjectOptions =>
  form(parts + tail, `multipart/form-data; boundary=${boundary}`);
const part = (name: string, value: string, more = '') =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

const usage = 'UsageError';
const multi = 'MultiValuedParamNotSupported';

const cases: readonly Case[] = [
  // ID
  ['no parameter at all', sync, 400, usage, 'expected a value for ID, received none'],
  ['no ID', get('CIRCLE=1 2 3'), 400, usage, 'expected a value for ID, received none'],
  ['empty ID', get('ID=&CIRCLE=1 2 3'), 400, usage, 'ID'],
  ['ID twice', withId(`ID=${encodedId}&CIRCLE=1 2 3`), 400, multi, 'expected one value for ID, received 2'],
  ['ID twice in two cases', withId(`id=${encodedId}`), 400, multi, 'expected one value for ID, received 2'],
  ['a word for an ID', get('ID=nonsense&CIRCLE=1 2 3'), 400, usage, "for ID, received 'nonsense'"],
  ['a path for an ID', get('ID=../../etc/passwd'), 400, usage, "for ID, received '../../etc/passwd'"],
  ['a file URL for an ID', get('ID=file:///etc/passwd'), 400, usage, "for ID, received 'file:///etc/passwd'"],
  ['an ID without query', get('ID=ivo://a.b/c'), 400, usage, 'repo is missing'],
  [
    'an ID without id',
    get(`ID=${encodeURIComponent('ivo://a.b/c?repo=sample')}`),
    400,
    usage,
    'id is missing',
  ],
  [
    'an ID without repo',
    get(`ID=${encodeURIComponent(`ivo://a.b/c?id=${uuid}`)}`),
    400,
    usage,
    'repo is missing',
  ],
  [
    'an ID with a bad UUID',
    get(`ID=${encodeURIComponent('ivo://a.b/c?repo=s&id=12')}`),
    400,
    usage,
    "'12' is not a UUID",
  ],
  [
    'an ID with two UUIDs',
    get(`ID=${encodeURIComponent(`${id}&id=${uuid}`)}`),
    400,
    usage,
    'id is given twice',
  ],
  [
    'an ID with a bad label',
    get(`ID=${encodeURIComponent(`ivo://a.b/c?repo=a/b&id=${uuid}`)}`),
    400,
    usage,
    'release label',
  ],
  ['butler without UUID', get('ID=butler://dp1/'), 400, usage, 'UUID'],
  [
    'a huge ID',
    get(`ID=${'x'.repeat(5000)}`),
    400,
    usage,
    'expected at most 1024 characters for ID, received 5000',
  ],
  ['an unencoded ID', get(`ID=${id}&CIRCLE=1 2 3`), 400, usage, `ID=${encodedId}`],
  [
    'an unencoded ID, id first',
    get(`ID=ivo://a.b/c?id=${uuid}&repo=sample&CIRCLE=1 2 3`),
    400,
    usage,
    '%26repo%3Dsample',
  ],
  ['an unknown ID', withId('CIRCLE=0 0 1&RUNID=unknown'), 404, usage, 'has no dataset with ID'],
  // CIRCLE
  ['empty CIRCLE', withId('CIRCLE='), 400, usage, 'CIRCLE'],
  ['CIRCLE of two numbers', withId('CIRCLE=1 2'), 400, usage, '2 numbers instead of 3'],
  ['CIRCLE of four numbers', withId('CIRCLE=1 2 3 4'), 400, usage, '4 numbers instead of 3'],
  ['CIRCLE with commas', withId('CIRCLE=1,2,3'), 400, usage, "for CIRCLE, received '1,2,3'"],
  ['CIRCLE with words', withId('CIRCLE=M31 0 1'), 400, usage, "'M31' is not a number"],
  ['CIRCLE with a hexadecimal number', withId('CIRCLE=0x10 0 1'), 400, usage, 'CIRCLE'],
  ['CIRCLE with NaN', withId('CIRCLE=NaN 0 1'), 400, usage, /CIRCLE.*NaN/],
  ['CIRCLE with infinity', withId('CIRCLE=Inf 0 1'), 400, usage, /CIRCLE.*longitude/],
  ['CIRCLE beyond the pole', withId('CIRCLE=0 90.001 1'), 400, usage, 'latitude 90.001 is outside'],
  ['CIRCLE of no radius', withId('CIRCLE=0 0 0'), 400, usage, 'radius 0 is outside'],
  ['CIRCLE of negative radius', withId('CIRCLE=0 0 -1'), 400, usage, 'radius -1 is outside'],
  ['CIRCLE of huge radius', withId('CIRCLE=0 0 181'), 400, usage, 'radius 181 is outside'],
  ['CIRCLE with a number too large', withId('CIRCLE=0 0 1e999'), 400, usage, 'too large for a double'],
  ['CIRCLE far outside the circle', withId('CIRCLE=1e300 0 1'), 400, usage, 'longitude 1e+300 is outside'],
  [
    'CIRCLE twice',
    withId('CIRCLE=1 2 3&CIRCLE=1 2 4'),
    400,
    multi,
    'expected one region (POS, CIRCLE or POLYGON), received 2 (CIRCLE)',
  ],
  ['CIRCLE and POS', withId('CIRCLE=1 2 3&POS=CIRCLE 1 2 3'), 400, multi, 'received 2 (POS, CIRCLE)'],
  [
    'CIRCLE and POLYGON',
    withId('CIRCLE=1 2 3&POLYGON=0 0 1 0 1 1'),
    400,
    multi,
    'received 2 (CIRCLE, POLYGON)',
  ],
  [
    'a huge CIRCLE',
    withId(`CIRCLE=${'1 '.repeat(300)}`),
    400,
    usage,
    'expected at most 256 characters for CIRCLE, received 600',
  ],
  ['CIRCLE with a newline', withId('CIRCLE=1 2%0Ax'), 400, usage, 'CIRCLE'],
  ['CIRCLE with a null byte', withId('CIRCLE=1 2 3%00'), 400, usage, 'CIRCLE'],
  // POLYGON
  ['empty POLYGON', withId('POLYGON=%20'), 400, usage, 'POLYGON'],
  ['POLYGON of two points', withId('POLYGON=0 0 1 1'), 400, usage, '2 vertices instead of 3'],
  ['POLYGON with half a point', withId('POLYGON=0 0 1 0 1 1 2'), 400, usage, '7 numbers cannot be pairs'],
  ['POLYGON with NaN', withId('POLYGON=0 0 1 0 1 nan'), 400, usage, /POLYGON.*'nan' is not a number/],
  ['POLYGON beyond the pole', withId('POLYGON=0 0 1 0 1 -91'), 400, usage, 'latitude -91'],
  ['POLYGON open to infinity', withId('POLYGON=0 0 1 0 1 Inf'), 400, usage, 'POLYGON'],
  ['POLYGON twice', withId('POLYGON=0 0 1 0 1 1&polygon=0 0 1 0 1 1'), 400, multi, 'received 2 (POLYGON)'],
  [
    'POLYGON of too many points',
    form(`ID=${encodedId}&POLYGON=${'1+2+'.repeat(10_001)}`),
    400,
    usage,
    '10001 vertices',
  ],
  [
    'a huge POLYGON',
    form(`ID=${encodedId}&POLYGON=${'1'.repeat(600_000)}`),
    400,
    usage,
    'expected at most 500000 characters for POLYGON, received 600000',
  ],
  // POS
  ['empty POS', withId('POS='), 400, usage, 'POS'],
  [
    'POS without keyword',
    withId('POS=1 2 3'),
    400,
    usage,
    'expected CIRCLE, RANGE or POLYGON and numbers for POS',
  ],
  [
    'POS with another keyword',
    withId('POS=BOX 1 2 3 4'),
    400,
    usage,
    'expected CIRCLE, RANGE or POLYGON and numbers for POS',
  ],
  [
    'POS with a keyword alone',
    withId('POS=CIRCLE'),
    400,
    usage,
    'expected CIRCLE lon lat radius in ICRS degrees for POS',
  ],
  ['POS=RANGE of three numbers', withId('POS=RANGE 1 2 3'), 400, usage, '3 numbers instead of 4'],
  ['POS=RANGE upside down', withId('POS=RANGE 1 2 4 3'), 400, usage, 'latitude 4 is above 3'],
  ['POS=RANGE with NaN', withId('POS=RANGE 1 2 NaN 3'), 400, usage, 'NaN'],
  ['POS=RANGE opened the wrong way', withId('POS=RANGE Inf 2 1 3'), 400, usage, '-Inf first'],
  ['POS=RANGE beyond the pole', withId('POS=RANGE 1 2 0 95'), 400, usage, 'latitude 95'],
  ['POS twice', withId('POS=CIRCLE 1 2 3&POS=CIRCLE 1 2 3'), 400, multi, 'received 2 (POS)'],
  // BAND, TIME, POL
  ['BAND of words', withId('BAND=red light'), 400, usage, "for BAND, received 'red light'"],
  ['BAND of three numbers', withId('BAND=1 2 3'), 400, usage, 'BAND'],
  ['BAND upside down', withId('BAND=2 1'), 400, usage, 'the lower end is above'],
  ['BAND with NaN', withId('BAND=NaN 1'), 400, usage, /BAND.*NaN/],
  ['BAND of infinity alone', withId('BAND=Inf'), 400, usage, 'a single number must be finite'],
  ['BAND twice', withId('BAND=1 2&BAND=3 4'), 400, multi, 'expected one value for BAND, received 2'],
  ['empty TIME', withId('TIME='), 400, usage, 'TIME'],
  ['TIME as a date', withId('TIME=2025-01-01'), 400, usage, "for TIME, received '2025-01-01'"],
  ['TIME upside down', withId('TIME=60001 60000'), 400, usage, 'the lower end is above'],
  ['TIME twice', withId('TIME=1 2&Time=1 2'), 400, multi, 'expected one value for TIME, received 2'],
  ['POL of no such state', withId('POL=Z'), 400, usage, "for POL, received 'Z'"],
  ['POL in lower case', withId('POL=i'), 400, usage, 'did you mean I?'],
  ['one bad POL of two', withId('POL=I&POL=nope'), 400, usage, "for POL, received 'nope'"],
  // ours
  ['CUTOUTDETAIL misspelt', withId('CUTOUTDETAIL=maskedimage'), 400, usage, 'did you mean MaskedImage?'],
  [
    'CUTOUTDETAIL twice',
    withId('CUTOUTDETAIL=Image&CUTOUTDETAIL=Image'),
    400,
    multi,
    'expected one value for CUTOUTDETAIL, received 2',
  ],
  ['COMPRESS of no such method', withId('COMPRESS=zip'), 400, usage, 'none, gzip, rice'],
  ['COMPRESS twice', withId('COMPRESS=rice&COMPRESS=gzip'), 400, multi, 'COMPRESS'],
  ['QUANTIZE of words', withId('COMPRESS=rice&QUANTIZE=much'), 400, usage, 'QUANTIZE'],
  ['QUANTIZE of nothing', withId('COMPRESS=rice&QUANTIZE=0'), 400, usage, 'from 0.01 to 1000'],
  ['QUANTIZE infinite', withId('COMPRESS=rice&QUANTIZE=Inf'), 400, usage, 'from 0.01 to 1000'],
  ['QUANTIZE without COMPRESS', withId('QUANTIZE=16'), 400, usage, 'QUANTIZE needs COMPRESS=rice'],
  ['QUANTIZE with gzip', withId('COMPRESS=gzip&QUANTIZE=16'), 400, usage, 'QUANTIZE needs COMPRESS=rice'],
  [
    'COMPRESS of a picture',
    withId('COMPRESS=rice&RESPONSEFORMAT=png'),
    400,
    usage,
    'COMPRESS=rice needs FITS',
  ],
  [
    'masks in a picture',
    withId('CUTOUTDETAIL=Exposure&RESPONSEFORMAT=png'),
    400,
    usage,
    'CUTOUTDETAIL=Exposure needs FITS',
  ],
  [
    'RESPONSEFORMAT of no such type',
    withId('RESPONSEFORMAT=text/csv'),
    400,
    usage,
    'this format is not offered',
  ],
  [
    'RESPONSEFORMAT that is no type',
    withId('RESPONSEFORMAT=a%20picture'),
    400,
    usage,
    'it is not a media type',
  ],
  ['RESPONSEFORMAT image/fits', withId('RESPONSEFORMAT=image/fits'), 400, usage, 'primary HDU'],
  [
    'RESPONSEFORMAT with parameters',
    withId('RESPONSEFORMAT=image/png;%20q=1'),
    400,
    usage,
    'a media type with parameters is not offered',
  ],
  ['RESPONSEFORMAT twice', withId('RESPONSEFORMAT=png&RESPONSEFORMAT=fits'), 400, multi, 'RESPONSEFORMAT'],
  [
    'RUNID too long',
    withId(`RUNID=${'r'.repeat(65)}`),
    400,
    usage,
    'expected at most 64 characters for RUNID, received 65',
  ],
  ['RUNID with control characters', withId('RUNID=a%0Ab'), 400, usage, 'RUNID'],
  ['RUNID twice', withId('RUNID=a&RUNID=b'), 400, multi, 'RUNID'],
  // names
  [
    'a misspelt stencil alone',
    withId('CIRCEL=1 2 3'),
    400,
    usage,
    'expected a parameter of this service, received CIRCEL; did you mean CIRCLE?',
  ],
  ['a misspelt stencil beside BAND', withId('BAND=1 2&POLYGONE=1 2 3'), 400, usage, 'did you mean POLYGON?'],
  [
    'an unknown name alone',
    withId('FROBNICATE=1'),
    400,
    usage,
    'expected a parameter of this service, received FROBNICATE. Without a region',
  ],
  ['a nameless parameter', withId('=1'), 400, usage, 'expected a parameter of this service, received '],
  [
    'too many parameters',
    withId(`POL=I${'&POL=I'.repeat(199)}`),
    400,
    usage,
    'expected at most 100 parameters, received 201',
  ],
  // methods, bodies, addresses
  ['PUT', { method: 'PUT', url: good }, 405, usage, 'expected GET, HEAD or POST, received PUT'],
  ['DELETE', { method: 'DELETE', url: good }, 405, usage, 'expected GET, HEAD or POST, received DELETE'],
  ['PATCH', { method: 'PATCH', url: good }, 405, usage, 'expected GET, HEAD or POST, received PATCH'],
  [
    'POST of JSON',
    form(JSON.stringify({ ID: id }), 'application/json'),
    415,
    usage,
    'application/x-www-form-urlencoded',
  ],
  ['POST of text', form(`ID=${encodedId}`, 'text/plain'), 415, usage, 'multipart/form-data'],
  ['POST of XML', form('<a/>', 'text/xml'), 415, usage, 'multipart/form-data'],
  ['POST of a nonsense type', form('a', ';;;'), 415, usage, 'multipart/form-data'],
  ['POST of nothing', { method: 'POST', url: sync }, 400, usage, 'expected a value for ID, received none'],
  [
    'POST with ID in query and body',
    { ...form(`ID=${encodedId}`), url: get(`ID=${encodedId}`) },
    400,
    multi,
    'expected one value for ID, received 2',
  ],
  ['POST too large', form(`ID=${'x'.repeat(1_100_000)}`), 413, usage, 'request body is larger'],
  ['multipart without boundary', form('ID=1', 'multipart/form-data'), 400, usage, 'multipart'],
  ['multipart cut short', multipart(part('ID', id), ''), 400, usage, 'multipart'],
  [
    'multipart with a part without a name',
    multipart(`--${boundary}\r\nContent-Disposition: form-data\r\n\r\nx\r\n`),
    400,
    usage,
    'received a part without one',
  ],
  [
    'multipart that is none',
    form('nothing of the kind', `multipart/form-data; boundary=${boundary}`),
    400,
    usage,
    'multipart',
  ],
  [
    'multipart with a file',
    multipart(part('ID', id) + part('CIRCLE', '1 2 3', '; filename="a.txt"')),
    400,
    usage,
    'received a file',
  ],
  ['multipart with too many parts', multipart(part('POL', 'I').repeat(150)), 400, usage, 'more parts'],
  [
    'multipart with a huge value',
    multipart(part('ID', 'x'.repeat(700_000))),
    413,
    usage,
    "the part 'ID' is larger",
  ],
  [
    'multipart with ID twice',
    multipart(part('ID', id) + part('ID', id)),
    400,
    multi,
    'expected one value for ID, received 2',
  ],
  ['multipart with a bad value', multipart(part('ID', id) + part('CIRCLE', 'x')), 400, usage, 'CIRCLE'],
  [
    'a URL that is too long',
    withId(`RUNID=${'r'.repeat(40_000)}`),
    414,
    usage,
    'send the parameters by POST',
  ],
  [
    'a path that is not there',
    '/api/cutout/nowhere',
    404,
    usage,
    'there is no resource at /api/cutout/nowhere',
  ],
  ['a badly encoded path', '/api/%zz', 400, usage, 'percent-encoded'],
  ['a range beyond the end', { url: good, headers: { range: 'bytes=99999-' } }, 416, usage, 'the 5760 bytes'],
  ['a range of no bytes', { url: good, headers: { range: 'bytes=-0' } }, 416, usage, 'Range'],
  // faults further down keep their labels
  ['a plan too large', withId('CIRCLE=0 0 1&RUNID=large'), 400, usage, 'CIRCLE'],
  ['a busy service', withId('CIRCLE=0 0 1&RUNID=busy'), 503, 'ServiceUnavailable', 'again'],
  ['a broken file', withId('CIRCLE=0 0 1&RUNID=broken'), 500, 'Error', 'HDU 2'],
  ['a bug', withId('CIRCLE=0 0 1&RUNID=bug'), 500, 'Error', 'the log says more'],
  ['nobody signed in', withId('CIRCLE=0 0 1&RUNID=who'), 401, 'AuthenticationError', 'sign in'],
  ['not for you', withId('CIRCLE=0 0 1&RUNID=forbidden'), 403, 'AuthorizationError', 'not open'],
];

const faults: Readonly<Record<string, Error>> = {
  unknown: new VignetError('usage', 'UNKNOWN_ID', "the archive has no dataset with ID 'x'"),
  large: new VignetError('usage', 'TOO_LARGE', 'the answer would have 9 GB; ask for a smaller CIRCLE'),
  busy: new VignetError('transient', 'BUSY', 'too many requests wait; ask again later'),
  broken: new VignetError('data', 'TRUNCATED', 'HDU 2 ends before its last tile'),
  bug: new TypeError('/secret/path is undefined'),
  who: new VignetError('usage', 'UNAUTHENTICATED', 'sign in first'),
  forbidden: new VignetError('usage', 'FORBIDDEN', 'the dataset is not open to anonymous users'),
};

describe('bad requests', () => {
  let app: Awaited<ReturnType<typeof fakeApp>>;
  beforeAll(async () => {
    app = await fakeApp(async (request) => {
      const fault = faults[request.runId ?? ''];
      if (fault) throw fault;
      return new FakeAnswer(pixels);
    });
  });
  afterAll(() => app.close());

  it('are at least sixty', () => expect(cases.length).toBeGreaterThanOrEqual(60));

  for (const [name, request, status, label, fragment] of cases) {
    it(name, async () => {
      const asked: InjectOptions = typeof request === 'string' ? { url: request } : request;
      // inject() encodes spaces as an HTTP client must
      const url = typeof asked.url === 'string' ? asked.url.replaceAll(' ', '%20') : sync;
      const reply = await app.inject({ ...asked, url });
      expect.soft(reply.statusCode, reply.body.slice(0, 300)).toBe(status);
      expect.soft(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect.soft(reply.body.startsWith(`${label}: `), reply.body.slice(0, 300)).toBe(true);
      expect.soft(reply.body).toMatch(fragment instanceof RegExp ? fragment : escaped(fragment));
      expect.soft(reply.body.length).toBeLessThan(700);
      expect.soft(reply.body).not.toContain('/secret/path');
      expect.soft(reply.headers['access-control-allow-origin']).toBe('*');
      if (status === 503) expect.soft(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
      if (status === 405) expect.soft(reply.headers.allow).toContain('GET');
      if (status === 416) expect.soft(reply.headers['content-range']).toBe('bytes */5760');
      const next = await app.inject(good);
      expect(next.statusCode).toBe(200);
      expect(next.rawPayload.equals(pixels)).toBe(true);
    });
  }
});

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

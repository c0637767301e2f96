// What HTTP promises of answers: methods, forms, conditions, ranges, origins.
import { type BaselineRequest, form, multipart, plain, queryOf } from '../request.ts';
import { circle, coaddCircle, large, nowhere, place, visit } from './places.ts';

const cutout = '/api/cutout/sync';
const good = { ID: visit, CIRCLE: circle };
const url = `${cutout}?${queryOf(good)}`;
const compressed = `${url}&COMPRESS=gzip`;
const stack = `/api/stack/sync?${queryOf({ ...place, SIZE: '15', BAND: 'r' })}`;
const mosaic = `/api/mosaic/sync?${queryOf({ CIRCLE: coaddCircle, BAND: 'r' })}`;

const with_ = (name: string, path: string, headers: Readonly<Record<string, string>>, method = 'GET') =>
  plain('sample', `http: ${name}`, path, { headers, method });
const head = (name: string, path: string) =>
  plain('sample', `http: HEAD / ${name}`, path, { method: 'HEAD' });
const range = (name: string, path: string, value: string) => with_(`Range / ${name}`, path, { range: value });

const preflight = {
  origin: 'https://a.example',
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'range',
};

export const http: readonly BaselineRequest[] = [
  head('cutout', url),
  head('cutout, compressed', compressed),
  head('cutout, picture', `${url}&RESPONSEFORMAT=png`),
  head('cutout, nothing there', `${cutout}?${queryOf({ ID: visit, CIRCLE: nowhere })}`),
  head('cutout, refused', `${url}&TIME=x`),
  head('stack', stack),
  head('mosaic', mosaic),
  head('page', '/'),
  form('sample', 'http: POST / form', cutout, good),
  form('sample', 'http: POST / form beside a query', `${cutout}?CIRCLE=${encodeURIComponent(circle)}`, {
    ID: visit,
  }),
  form('sample', 'http: POST / ID in query and form', url, { ID: visit }),
  multipart('sample', 'http: POST / multipart', cutout, good),
  multipart('sample', 'http: POST / multipart, names in lower case', cutout, { id: visit, circle }),
  form('sample', 'http: POST / stack', '/api/stack/sync', { ...place, SIZE: '15', BAND: 'r' }),
  form('sample', 'http: POST / mosaic', '/api/mosaic/sync', { CIRCLE: coaddCircle, BAND: 'r' }),
  with_('If-None-Match / same', url, { 'if-none-match': '<etag>' }),
  with_('If-None-Match / weak, in a list', url, { 'if-none-match': '"x", W/<etag>' }),
  with_('If-None-Match / *', url, { 'if-none-match': '*' }),
  with_('If-None-Match / another', url, { 'if-none-match': '"other"' }),
  with_('If-None-Match / HEAD', url, { 'if-none-match': '<etag>' }, 'HEAD'),
  with_('If-None-Match / stack', stack, { 'if-none-match': '<etag>' }),
  with_('If-None-Match / mosaic', mosaic, { 'if-none-match': '<etag>' }),
  with_('If-Match / same', url, { 'if-match': '<etag>' }),
  with_('If-Match / another', url, { 'if-match': '"other"' }),
  with_('If-Match / weak', url, { 'if-match': 'W/<etag>' }),
  range('beginning', url, 'bytes=0-2879'),
  range('middle', url, 'bytes=5000-9999'),
  range('to the end', url, 'bytes=9000-'),
  range('last bytes', url, 'bytes=-100'),
  range('beyond the end', url, 'bytes=99999999-'),
  range('two', url, 'bytes=0-1,5-6'),
  range('another unit', url, 'lines=0-1'),
  range('compressed', compressed, 'bytes=0-99'),
  range(
    'middle of a whole large image',
    `${cutout}?${queryOf({ ID: large, CUTOUTDETAIL: 'MaskedImage' })}`,
    'bytes=70000000-70099999',
  ),
  range('stack', stack, 'bytes=2880-5759'),
  range('mosaic', mosaic, 'bytes=5000-14999'),
  with_('If-Range / same', url, { range: 'bytes=0-99', 'if-range': '<etag>' }),
  with_('If-Range / another', url, { range: 'bytes=0-99', 'if-range': '"other"' }),
  with_('Origin / cutout', url, { origin: 'https://a.example' }),
  with_('Origin / refused', `${url}&TIME=x`, { origin: 'https://a.example' }),
  with_('Origin / encodings', url, { 'accept-encoding': 'gzip, br' }),
  with_('preflight / cutout', url, preflight, 'OPTIONS'),
  with_('preflight / stack', '/api/stack/sync', preflight, 'OPTIONS'),
  with_('preflight / capabilities', '/api/mosaic/capabilities', preflight, 'OPTIONS'),
  with_('preflight / nowhere', '/nowhere', preflight, 'OPTIONS'),
  with_('OPTIONS / without an origin', url, {}, 'OPTIONS'),
];

// /api/cutout: every kind of request that is refused.
import { type BaselineRequest, form, multipart, type Parameters, plain, queries } from '../request.ts';
import { circle, unknown, visit, visitUuid } from './places.ts';

const sync = '/api/cutout/sync';
const group = (name: string, all: Readonly<Record<string, Parameters>>) =>
  queries('sample', `cutout refused: ${name}`, sync, all);
const of = (more: Parameters): Parameters => ({ ID: visit, ...more });
const circled = (more: Parameters): Parameters => ({ ID: visit, CIRCLE: circle, ...more });
const body = (type: string, text: string) => ({
  method: 'POST',
  headers: { 'content-type': type },
  body: text,
});

export const cutoutErrors: readonly BaselineRequest[] = [
  ...group('ID', {
    'no parameter': {},
    missing: { CIRCLE: circle },
    empty: { ID: '' },
    twice: { ID: [visit, visit] },
    'a word': { ID: 'nonsense' },
    'a path': { ID: '../../etc/passwd' },
    'no query': { ID: 'ivo://a.b/c' },
    'no UUID': { ID: 'ivo://a.b/c?repo=s&id=12' },
    'bad label': { ID: `ivo://a.b/c?repo=a/b&id=${visitUuid}` },
    'too long': { ID: 'x'.repeat(2000) },
    'another repo': { ID: `butler://dp1/${visitUuid}`, CIRCLE: circle },
    unknown: { ID: unknown },
  }),
  plain(
    'sample',
    'cutout refused: ID / not encoded',
    `${sync}?ID=ivo://vignet.example/sim?repo=sim&id=${visitUuid}`,
  ),
  plain(
    'sample',
    'cutout refused: ID / not encoded, id first',
    `${sync}?ID=ivo://vignet.example/sim?id=${visitUuid}&repo=sim&CIRCLE=1+2+3`,
  ),
  ...group('regions', {
    'CIRCLE empty': of({ CIRCLE: '' }),
    'CIRCLE of two numbers': of({ CIRCLE: '1 2' }),
    'CIRCLE of words': of({ CIRCLE: 'M31 0 1' }),
    'CIRCLE with NaN': of({ CIRCLE: 'NaN 0 1' }),
    'CIRCLE beyond the pole': of({ CIRCLE: '0 90.001 1' }),
    'CIRCLE of negative radius': of({ CIRCLE: '0 0 -1' }),
    'CIRCLE twice': of({ CIRCLE: ['1 2 3', '1 2 4'] }),
    'CIRCLE and POS': of({ CIRCLE: '1 2 3', POS: 'CIRCLE 1 2 3' }),
    'CIRCLE too long': of({ CIRCLE: '1 '.repeat(300) }),
    'POLYGON of two points': of({ POLYGON: '0 0 1 1' }),
    'POLYGON with half a point': of({ POLYGON: '0 0 1 0 1 1 2' }),
    'POLYGON that crosses itself': of({ POLYGON: '150 2 151 3 151 2 150 3' }),
    'POS without keyword': of({ POS: '1 2 3' }),
    'POS with another keyword': of({ POS: 'BOX 1 2 3 4' }),
    'POS=RANGE upside down': of({ POS: 'RANGE 1 2 4 3' }),
  }),
  ...group('values', {
    'BAND of words': circled({ BAND: 'red' }),
    'BAND upside down': circled({ BAND: '2 1' }),
    'BAND twice': circled({ BAND: ['1 2', '3 4'] }),
    'TIME as a date': circled({ TIME: '2025-01-01' }),
    'POL in lower case': circled({ POL: 'i' }),
    'CUTOUTDETAIL in lower case': circled({ CUTOUTDETAIL: 'maskedimage' }),
    'COMPRESS of no such method': circled({ COMPRESS: 'zip' }),
    'QUANTIZE of words': circled({ COMPRESS: 'rice', QUANTIZE: 'much' }),
    'QUANTIZE of nothing': circled({ COMPRESS: 'rice', QUANTIZE: '0' }),
    'QUANTIZE without rice': circled({ COMPRESS: 'gzip', QUANTIZE: '16' }),
    'COMPRESS of a picture': circled({ COMPRESS: 'rice', RESPONSEFORMAT: 'png' }),
    'masks in a picture': circled({ CUTOUTDETAIL: 'Exposure', RESPONSEFORMAT: 'png' }),
    'RESPONSEFORMAT of no such type': circled({ RESPONSEFORMAT: 'text/csv' }),
    'RESPONSEFORMAT that is no type': circled({ RESPONSEFORMAT: 'a picture' }),
    'RESPONSEFORMAT image/fits': circled({ RESPONSEFORMAT: 'image/fits' }),
    'RESPONSEFORMAT with parameters': circled({ RESPONSEFORMAT: 'image/png; q=1' }),
    'RUNID too long': circled({ RUNID: 'r'.repeat(65) }),
    'RUNID with control characters': circled({ RUNID: 'a\nb' }),
    'RGB in FITS': circled({ RGB: 'i,r,g' }),
    'RGB of two bands': circled({ RGB: 'i,r', RESPONSEFORMAT: 'png' }),
    'RGB of a single image': circled({ RGB: 'i,r,g', RESPONSEFORMAT: 'png' }),
    'STRETCH without RGB': circled({ STRETCH: '5', RESPONSEFORMAT: 'png' }),
  }),
  ...group('names', {
    'misspelt region': of({ CIRCEL: '1 2 3' }),
    'unknown name': of({ FROBNICATE: '1' }),
    'no name': of({ '': '1' }),
    'too many': of({ POL: Array.from({ length: 150 }, () => 'I') }),
  }),
  ...['PUT', 'PATCH', 'DELETE'].map((method) =>
    plain('sample', `cutout refused: method / ${method}`, sync, { method }),
  ),
  plain('sample', 'cutout refused: body / JSON', sync, body('application/json', '{"ID":"x"}')),
  plain('sample', 'cutout refused: body / text', sync, body('text/plain', 'ID=x')),
  plain('sample', 'cutout refused: body / no boundary', sync, body('multipart/form-data', 'ID=1')),
  plain('sample', 'cutout refused: body / none', sync, { method: 'POST' }),
  multipart('sample', 'cutout refused: body / cut short', sync, { ID: visit }, ''),
  multipart('sample', 'cutout refused: body / with a file', sync, { ID: visit, 'CIRCLE@file': circle }),
  form('sample', 'cutout refused: body / too large', sync, { ID: 'x'.repeat(1_100_000) }),
  plain('sample', 'cutout refused: URL / too long', `${sync}?RUNID=${'r'.repeat(33_000)}`),
  plain('sample', 'cutout refused: URL / badly encoded', '/api/%zz'),
];

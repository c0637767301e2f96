// Small limits, and an archive with damaged files and two collections.
import { type BaselineRequest, form, type Parameters, plain, queries } from '../request.ts';
import { coaddCircle, damaged, fourPatches, place, visit, visit94 } from './places.ts';

const limited = (name: string, service: string, all: Readonly<Record<string, Parameters>>) =>
  queries('limited', `limits: ${name}`, `/images/api/${service}/sync`, all);
const spoilt = (service: string, all: Readonly<Record<string, Parameters>>) =>
  queries('damaged', `damaged: ${service}`, `/api/${service}/sync`, all);

const gone = damaged('a1820206-f59f-5f27-8733-53596db87d9c');
const changed = damaged('c9cbdb14-cade-551e-90df-b0de5414e3b8');
const broken = damaged('49366e61-c0af-54fc-a9ef-13e799878828');
const short = damaged('e1a9cb0d-5fca-5cc7-ab39-08aede012de2');
const ids = { gone, changed, broken, short };
const visitNumber = '2026021100003';
const of = (make: (ID: string) => Parameters) =>
  Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, make(id)]));

export const limits: readonly BaselineRequest[] = [
  ...limited('cutout', 'cutout', {
    'small enough': { ID: visit, CIRCLE: '150.3 2.39 0.001' },
    'too large': { ID: visit },
    'too large, compressed': { ID: visit, COMPRESS: 'gzip' },
    'too large, picture': { ID: visit94, RESPONSEFORMAT: 'png' },
  }),
  ...limited('stack', 'stack', {
    'small enough': { ...place, SIZE: '5', BAND: 'r' },
    'too large': { ...place, SIZE: '201' },
    'too large, cube': { ...place, SIZE: '201', RESPONSEFORMAT: 'cube' },
    film: { ...place, SIZE: '101', RESPONSEFORMAT: 'webp' },
  }),
  ...limited('mosaic', 'mosaic', {
    'small enough': { CIRCLE: coaddCircle, BAND: 'r' },
    'too large': { CIRCLE: '150.2697 2.4325 0.01', BAND: 'r' },
    'too large, picture': { CIRCLE: '150.2697 2.4325 0.01', BAND: 'r', RESPONSEFORMAT: 'png' },
    'too large, colour': { CIRCLE: '150.2697 2.4325 0.01', RGB: 'i,r,g', RESPONSEFORMAT: 'png' },
  }),
  form('limited', 'limits: body / too large', '/images/api/cutout/sync', { ID: 'x'.repeat(3000) }),
  plain('limited', 'limits: URL / too long', `/images/api/cutout/sync?RUNID=${'r'.repeat(1100)}`),
  ...spoilt('cutout', {
    ...of((ID) => ({ ID })),
    'broken, compressed': { ID: broken, COMPRESS: 'gzip' },
    'changed, nothing there': { ID: changed, CIRCLE: '10 -60 0.1' },
    'gone, picture': { ID: gone, RESPONSEFORMAT: 'png' },
  }),
  ...spoilt('stack', {
    'whole and damaged': { RA: '150.262', DEC: '2.392', SIZE: '101', EDGE: 'any', COLLECTION: 'Damaged' },
    ...of((ID) => ({
      RA: '150.262',
      DEC: '2.392',
      SIZE: '301',
      ID,
      EDGE: 'any',
      CUTOUTDETAIL: 'MaskedImage',
    })),
    'all, table': {
      RA: '150.262',
      DEC: '2.392',
      SIZE: '501',
      EDGE: 'any',
      RESPONSEFORMAT: 'votable',
      COLLECTION: 'damaged',
    },
    'all, cube': {
      RA: '150.262',
      DEC: '2.392',
      SIZE: '301',
      EDGE: 'any',
      RESPONSEFORMAT: 'cube',
      COLLECTION: 'damaged',
    },
    'two collections': { ...place, SIZE: '9' },
    'the second collection': {
      RA: '150.29',
      DEC: '2.41',
      SIZE: '9',
      COLLECTION: 'second',
      DPSUBTYPE: 'deep_coadd',
    },
    'no type to choose': { RA: '150.29', DEC: '2.41', SIZE: '9', COLLECTION: 'second' },
  }),
  ...spoilt('mosaic', {
    VISIT: { VISIT: visitNumber, COLLECTION: 'damaged', PIXSCALE: '2', CUTOUTDETAIL: 'MaskedImage' },
    'VISIT, detectors': { VISIT: visitNumber, COLLECTION: 'damaged', GEOMETRY: 'detector' },
    'MISSING=fail': { VISIT: visitNumber, COLLECTION: 'damaged', PIXSCALE: '2', MISSING: 'fail' },
    'broken alone': { ID: broken, PIXSCALE: '1' },
    'broken alone, MISSING=fail': { ID: broken, PIXSCALE: '1', MISSING: 'fail' },
    combined: { ID: [broken, short], PIXSCALE: '2', COMBINE: 'mean' },
    'two collections': { VISIT: visitNumber },
    picture: { VISIT: visitNumber, COLLECTION: 'damaged', PIXSCALE: '2', RESPONSEFORMAT: 'png' },
    'the coadds, without seek points': {
      CIRCLE: fourPatches,
      BAND: 'r',
      COLLECTION: 'second',
      CUTOUTDETAIL: 'MaskedImage',
    },
  }),
  plain('damaged', 'damaged: pages / landing', '/'),
  plain('damaged', 'damaged: pages / examples', '/api/cutout/examples'),
];

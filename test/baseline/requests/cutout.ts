// /api/cutout: regions, filters, forms, collection datasets.
import { type BaselineRequest, type Parameters, queries } from '../request.ts';
import {
  circle,
  coadd,
  coaddCircle,
  collectionG,
  collectionR,
  corners,
  difference,
  differenceCircle,
  fourPatches,
  large,
  largeMiddle,
  nowhere,
  twoTracts,
  unknown,
  visit,
  visitUuid,
} from './places.ts';

const sync = '/api/cutout/sync';
const { west, east, south, north } = corners;
const box = `${west} ${south} ${east} ${south} ${east} ${north} ${west} ${north}`;

const group = (name: string, all: Readonly<Record<string, Parameters>>) =>
  queries('sample', `cutout ${name}`, sync, all);
const of = (more: Parameters): Parameters => ({ ID: visit, CIRCLE: circle, ...more });
const each = (values: readonly string[], make: (value: string) => Parameters) =>
  Object.fromEntries(values.map((value) => [value, make(value)]));

export const cutouts: readonly BaselineRequest[] = [
  ...group('ID', {
    'ivo://': of({}),
    'butler://': of({ ID: `butler://sim/${visitUuid}` }),
    'upper case': of({ ID: `butler://SIM/${visitUuid.toUpperCase()}` }),
    'names in lower case': { id: visit, circle },
    coadd: { ID: coadd, CIRCLE: coaddCircle },
    difference: { ID: difference, CIRCLE: differenceCircle },
    unknown: of({ ID: unknown }),
  }),
  ...group('region', {
    none: { ID: visit },
    'none, all HDUs': { ID: visit, CUTOUTDETAIL: 'Exposure' },
    'larger than the image': { ID: coadd, CIRCLE: '150.29 2.41 1' },
    'over the edge': { ID: coadd, CIRCLE: '150.3142 2.41 0.002' },
    'less than a pixel': { ID: visit, CIRCLE: '150.3 2.39 0.00001' },
    'beside the image': { ID: visit, CIRCLE: nowhere },
    'just beside the image': { ID: coadd, CIRCLE: '150.3165 2.41 0.002' },
    POLYGON: { ID: visit, POLYGON: box },
    'POLYGON clockwise': { ID: visit, POLYGON: `${west} ${north} ${east} ${north} ${east} ${south}` },
    'POLYGON concave': { ID: visit, POLYGON: `${box} ${(west + east) / 2} ${(south + north) / 2}` },
    'POS=CIRCLE': { ID: visit, POS: `CIRCLE ${circle}` },
    'POS=RANGE': { ID: visit, POS: `RANGE ${west} ${east} ${south} ${north}` },
    'POS=RANGE open': { ID: coadd, POS: 'RANGE -Inf +Inf 2.41 2.412' },
    'POS=RANGE across 0': { ID: visit, POS: 'RANGE 359 1 -1 1' },
    'POS=POLYGON': { ID: visit, POS: `polygon ${box}` },
    'exponents and spaces': { ID: visit, CIRCLE: ' 1.503e2   +2.39 2e-3 ' },
    'longitude below 0': { ID: visit, CIRCLE: '-209.7 2.39 0.002' },
  }),
  ...group('SIZE', {
    pixels: { ID: visit, RA: '150.3', DEC: '2.39', SIZE: '51 31' },
    arcsec: { ID: visit, CIRCLE: circle, SIZE: '30arcsec', CUTOUTDETAIL: 'MaskedImage' },
    padded: { ID: coadd, RA: '150.3142', DEC: '2.41', SIZE: '101', CUTOUTDETAIL: 'MaskedImage' },
    trimmed: { ID: coadd, RA: '150.3142', DEC: '2.41', SIZE: '101', EDGE: 'trim' },
    'refused at the edge': { ID: coadd, RA: '150.3142', DEC: '2.41', SIZE: '101', EDGE: 'refuse' },
    BOX: { ID: visit, BOX: '10 20 61 51' },
    'BOX padded, as a picture': { ID: visit, BOX: '-10 -20 61 51', EDGE: 'pad', RESPONSEFORMAT: 'png' },
    PLANES: { ID: visit, BOX: '10 20 61 51', PLANES: 'variance,IMAGE' },
    'PLANES unknown': { ID: visit, BOX: '10 20 61 51', PLANES: 'DQ' },
  }),
  ...group('filter', {
    'BAND overlaps': of({ BAND: '551e-9 689e-9' }),
    'BAND of one number': of({ BAND: '620e-9' }),
    'BAND open': of({ BAND: '300e-9 +Inf' }),
    'BAND elsewhere': of({ BAND: '1e-6 2e-6' }),
    'TIME overlaps': of({ TIME: '61083 61084' }),
    'TIME open': of({ TIME: '-Inf 61084' }),
    'TIME elsewhere': of({ TIME: '60000 60001' }),
    'TIME of a coadd': { ID: coadd, CIRCLE: coaddCircle, TIME: '61083 61084' },
    POL: of({ POL: 'I' }),
    'POL of several': of({ POL: ['Q', 'I'] }),
    'POL elsewhere': of({ POL: 'V' }),
    RUNID: of({ RUNID: 'run-7' }),
    'unknown name beside a region': of({ FROBNICATE: '1' }),
  }),
  ...group('CUTOUTDETAIL', {
    ...each(['Image', 'MaskedImage', 'Exposure'], (CUTOUTDETAIL) => of({ CUTOUTDETAIL })),
    'Exposure of a coadd': { ID: coadd, CIRCLE: coaddCircle, CUTOUTDETAIL: 'Exposure' },
    'MaskedImage of a difference': { ID: difference, CIRCLE: differenceCircle, CUTOUTDETAIL: 'MaskedImage' },
    'small of a large image': { ID: large, CIRCLE: `${largeMiddle} 0.001`, CUTOUTDETAIL: 'Exposure' },
    'more than 8 MiB': { ID: large, CIRCLE: `${largeMiddle} 0.028`, CUTOUTDETAIL: 'MaskedImage' },
  }),
  ...group('COMPRESS', {
    ...each(['none', 'gzip', 'rice'], (COMPRESS) => of({ COMPRESS, CUTOUTDETAIL: 'MaskedImage' })),
    'rice, all HDUs': of({ COMPRESS: 'rice', CUTOUTDETAIL: 'Exposure' }),
    'rice, quantized': of({ COMPRESS: 'rice', QUANTIZE: '16', CUTOUTDETAIL: 'MaskedImage' }),
    'rice, coarse': of({ COMPRESS: 'rice', QUANTIZE: '0.5' }),
    'gzip of a coadd': { ID: coadd, CIRCLE: coaddCircle, COMPRESS: 'gzip', CUTOUTDETAIL: 'Exposure' },
  }),
  ...group('RESPONSEFORMAT', {
    ...each(
      ['fits', 'png', 'jpeg', 'webp', 'application/fits', 'image/png', 'image/jpeg', 'IMAGE/WEBP'],
      (RESPONSEFORMAT) => of({ RESPONSEFORMAT }),
    ),
    'png over the edge': { ID: coadd, CIRCLE: '150.3142 2.41 0.002', RESPONSEFORMAT: 'png' },
    'png of a large image': { ID: large, RESPONSEFORMAT: 'png' },
  }),
  ...group('collection dataset', {
    'in one patch': { ID: collectionR, CIRCLE: coaddCircle, CUTOUTDETAIL: 'Exposure' },
    'where four patches meet': { ID: collectionR, CIRCLE: fourPatches, CUTOUTDETAIL: 'MaskedImage' },
    'where two tracts meet': { ID: collectionR, CIRCLE: twoTracts },
    picture: { ID: collectionG, CIRCLE: fourPatches, RESPONSEFORMAT: 'png' },
    RGB: { ID: collectionR, CIRCLE: fourPatches, RESPONSEFORMAT: 'png', RGB: 'i,r,g' },
    'RGB, stretched': {
      ...{ ID: collectionG, CIRCLE: coaddCircle, RESPONSEFORMAT: 'image/webp', RGB: 'i r g' },
      ...{ STRETCH: '50', Q: '4' },
    },
    compressed: { ID: collectionR, CIRCLE: fourPatches, COMPRESS: 'rice' },
    'beside it': { ID: collectionR, CIRCLE: nowhere },
    'without a region': { ID: collectionR },
    'RGB without a region': { ID: collectionR, RGB: 'i,r,g', RESPONSEFORMAT: 'png' },
    'RGB of no such band': { ID: collectionR, CIRCLE: coaddCircle, RGB: 'z,r,g', RESPONSEFORMAT: 'png' },
    'filtered out': { ID: collectionR, CIRCLE: coaddCircle, BAND: '1e-6 2e-6' },
  }),
];

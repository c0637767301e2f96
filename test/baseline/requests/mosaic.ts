// /api/mosaic: regions, grids, kernels, combinations, visits, colour, plans, refusals.
import { type BaselineRequest, type Parameters, plain, queries, queryOf } from '../request.ts';
import {
  coadd,
  coaddCircle,
  coaddG,
  collectionR,
  fourPatches,
  neighbour,
  nowhere,
  place,
  twoTracts,
  unknown,
  visit,
  visit94,
} from './places.ts';

const sync = '/api/mosaic/sync';
const group = (name: string, all: Readonly<Record<string, Parameters>>) =>
  queries('sample', `mosaic ${name}`, sync, all);
const four = (more: Parameters): Parameters => ({ CIRCLE: fourPatches, BAND: 'r', ...more });
const small = (more: Parameters): Parameters => ({ CIRCLE: '150.2697 2.4325 0.0015', BAND: 'r', ...more });
const epochs = (more: Parameters): Parameters => ({
  ...{ CIRCLE: `${place.RA} ${place.DEC} 0.0015`, DPSUBTYPE: 'visit_image', BAND: 'r' },
  ...more,
});
const each = (values: readonly string[], make: (value: string) => Parameters) =>
  Object.fromEntries(values.map((value) => [value, make(value)]));

const wcs = [
  "CTYPE1  = 'RA---SIN'",
  "CTYPE2  = 'DEC--SIN'",
  'CRVAL1  = 150.2697',
  'CRVAL2  = 2.4325',
  'CRPIX1  = 1',
  'CRPIX2  = 1',
  'CD1_1   = -7.0e-5',
  'CD1_2   = 1.0D-5',
  'CD2_1   = 1.0e-5',
  'CD2_2   = 7.0e-5',
].join('\n');

const visitNumber = '2026021100003';

/** The guess of the time depends on the number of threads. */
const withoutSeconds = (text: string) => text.replace(/"seconds": [\d.e+-]+/, '"seconds": "masked"');
const plan = (what: string, parameters: Parameters) =>
  plain('sample', `mosaic PLAN / ${what}`, `${sync}?${queryOf({ ...parameters, PLAN: 'true' })}`, {
    mask: withoutSeconds,
  });

export const mosaics: readonly BaselineRequest[] = [
  ...group('region', {
    'in one patch': { CIRCLE: coaddCircle, BAND: 'r' },
    'four patches, all planes': four({ CUTOUTDETAIL: 'MaskedImage', INDEX: 'true' }),
    'two tracts': { CIRCLE: twoTracts, BAND: 'r', CUTOUTDETAIL: 'MaskedImage', INDEX: 'true' },
    POLYGON: { POLYGON: '150.268 2.431 150.272 2.431 150.27 2.434', BAND: 'g' },
    'POS=RANGE': { POS: 'RANGE 150.268 150.271 2.431 2.434', BAND: 'i' },
    'edge of what is there': { CIRCLE: '150.314 2.41 0.003', BAND: 'r', CUTOUTDETAIL: 'MaskedImage' },
    'nothing there': { CIRCLE: nowhere, BAND: 'r' },
    'band by wavelength': { CIRCLE: coaddCircle, BAND: '551e-9 689e-9' },
    IDs: { ID: [coadd, neighbour], CIRCLE: fourPatches },
    COLLECTION: four({ COLLECTION: 'sim', DPSUBTYPE: 'lsst.deep_coadd' }),
    'visits that overlap': epochs({ TIME: '61083 61084', DPSUBTYPE: 'visit_image' }),
    'COLLECTION unknown': four({ COLLECTION: 'elsewhere' }),
    'a visit and a coadd': { ID: [visit94, coadd], CIRCLE: '150.28 2.42 0.002' },
    'UNIT=nJy': four({ UNIT: 'nJy' }),
  }),
  ...group('form', {
    gzip: four({ COMPRESS: 'gzip', CUTOUTDETAIL: 'MaskedImage' }),
    rice: four({ COMPRESS: 'rice', CUTOUTDETAIL: 'MaskedImage', INDEX: 'true' }),
    'rice, quantized': four({ COMPRESS: 'rice', QUANTIZE: '16' }),
    ...each(['png', 'image/jpeg', 'webp'], (RESPONSEFORMAT) => four({ RESPONSEFORMAT })),
    RGB: { CIRCLE: fourPatches, RGB: 'i,r,g', RESPONSEFORMAT: 'png' },
    'RGB on a grid': { CIRCLE: fourPatches, RGB: 'i,r,g', RESPONSEFORMAT: 'webp', PIXSCALE: '0.4', Q: '2' },
    'RGB of visits': epochs({ BAND: [], RGB: 'i,r,g', COMBINE: 'weighted', RESPONSEFORMAT: 'png' }),
  }),
  ...group('RESAMPLE', {
    ...each(['nearest', 'bilinear', 'lanczos3', 'lanczos4', 'exact'], (RESAMPLE) =>
      small({ RESAMPLE, PIXSCALE: '0.25', ROTATION: '30', CUTOUTDETAIL: 'MaskedImage' }),
    ),
  }),
  ...group('grid', {
    ...each(['TAN', 'SIN', 'CAR', 'AIT'], (PROJECTION) => small({ PROJECTION })),
    'PIXSCALE alone': small({ PIXSCALE: '0.5', INDEX: 'true' }),
    WCS: small({ WCS: wcs }),
    'WCS as cards': small({
      WCS: wcs
        .split('\n')
        .map((line) => line.padEnd(80))
        .join(''),
    }),
    ALIGN: { CIRCLE: '150.2987 2.4 0.0015', BAND: 'r', ALIGN: visit },
  }),
  ...group('COMBINE', {
    ...each(['first', 'mean', 'weighted', 'median', 'clipped'], (COMBINE) =>
      epochs({ COMBINE, CUTOUTDETAIL: 'MaskedImage' }),
    ),
    'clipped, owners, matched': epochs({
      ...{ COMBINE: 'clipped', BACKGROUND: 'match', INDEX: 'true', CUTOUTDETAIL: 'MaskedImage' },
    }),
    'several bands': epochs({ COMBINE: 'mean', BAND: ['r', 'g'], UNIT: 'nJy' }),
    native: epochs({ COMBINE: 'mean', UNIT: 'native', RESAMPLE: 'bilinear' }),
    patches: { CIRCLE: twoTracts, BAND: 'r', COMBINE: 'mean', CUTOUTDETAIL: 'MaskedImage' },
    'background alone': { CIRCLE: twoTracts, BAND: 'r', BACKGROUND: 'match' },
    'TIME of several': epochs({ COMBINE: 'mean', TIME: ['61083 61084', '62197 62198'] }),
  }),
  ...group('VISIT', {
    'on the sky': {
      VISIT: visitNumber,
      CIRCLE: '150.2849 2.41 0.002',
      CUTOUTDETAIL: 'MaskedImage',
      INDEX: 'true',
    },
    'whole, coarse': { VISIT: visitNumber, PIXSCALE: '2', RESAMPLE: 'exact' },
    'in the camera': { VISIT: visitNumber, GEOMETRY: 'detector' },
    'in the camera, picture': { VISIT: visitNumber, GEOMETRY: 'detector', RESPONSEFORMAT: 'png' },
    INSTRUMENT: { VISIT: visitNumber, INSTRUMENT: 'LSSTCam-sim', CIRCLE: '150.2849 2.41 0.002' },
    'another type': {
      VISIT: '2026021000002',
      DPSUBTYPE: 'difference_image',
      CIRCLE: '150.2751 2.3816 0.002',
    },
    unknown: { VISIT: '7' },
    'unknown INSTRUMENT': { VISIT: visitNumber, INSTRUMENT: 'elsewhere' },
  }),
  plan('patches', four({ CUTOUTDETAIL: 'MaskedImage' })),
  plan('epochs', epochs({ COMBINE: 'clipped', BACKGROUND: 'match' })),
  plan('colour', { CIRCLE: fourPatches, RGB: 'i,r,g', RESPONSEFORMAT: 'png' }),
  plan('visit in the camera', { VISIT: visitNumber, GEOMETRY: 'detector' }),
  plan('nothing there', { CIRCLE: nowhere, BAND: 'r' }),
  plan('too large', { CIRCLE: '150.25 2.43 0.1', BAND: 'r', PIXSCALE: '0.001' }),
  ...group('refused', {
    'nothing named': {},
    'several bands': { CIRCLE: fourPatches },
    'several visits': epochs({}),
    'an ID that is a collection': { ID: collectionR, CIRCLE: fourPatches },
    'unknown ID': { ID: unknown },
    'IDs of two bands': { ID: [coadd, coaddG] },
    'POLYGON that crosses itself': { POLYGON: '0 0 1 1 1 0 0 1' },
    'unknown name': four({ CIRCEL: '1' }),
    'two regions': four({ POS: 'CIRCLE 1 2 3' }),
    'INDEX of words': four({ INDEX: 'maybe' }),
    'PIXSCALE too small': four({ PIXSCALE: '1e-9' }),
    'PROJECTION of no such kind': four({ PROJECTION: 'XXX' }),
    'two grids': four({ WCS: wcs, ROTATION: '3' }),
    'WCS of nonsense': four({ WCS: 'nonsense' }),
    'WCS singular': four({ WCS: "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCD1_1   = 0" }),
    'WCS with a card twice': four({ WCS: `${wcs}\nCRVAL1  = 2` }),
    'ALIGN unknown': four({ ALIGN: unknown }),
    'RESAMPLE of no such kind': four({ RESAMPLE: 'magic' }),
    'QUANTIZE alone': four({ QUANTIZE: '16' }),
    'CUTOUTDETAIL=Exposure': four({ CUTOUTDETAIL: 'Exposure' }),
    'INSTRUMENT alone': four({ INSTRUMENT: 'LSSTCam-sim' }),
    'VISIT and ID': { VISIT: visitNumber, ID: visit },
    'detectors in a region': { VISIT: visitNumber, GEOMETRY: 'detector', CIRCLE: fourPatches },
    'RGB with BAND': four({ RGB: 'i,r,g', RESPONSEFORMAT: 'png' }),
    'RGB in FITS': { CIRCLE: fourPatches, RGB: 'i,r,g' },
    'planes in a picture': four({ RESPONSEFORMAT: 'png', CUTOUTDETAIL: 'MaskedImage' }),
  }),
];

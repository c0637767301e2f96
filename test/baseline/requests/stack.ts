// /api/stack: forms, filters, grids, tracks, documents, refusals.
import { type BaselineRequest, form, multipart, type Parameters, queries } from '../request.ts';
import { coadd, nowhere, place, unknown, visit, visit94 } from './places.ts';

const sync = '/api/stack/sync';
const group = (name: string, all: Readonly<Record<string, Parameters>>) =>
  queries('sample', `stack ${name}`, sync, all);
const at = (more: Parameters): Parameters => ({ ...place, SIZE: '15', ...more });
const each = (values: readonly string[], make: (value: string) => Parameters) =>
  Object.fromEntries(values.map((value) => [value, make(value)]));

/** A target that crosses the visits of two nights in February 2026. */
const track = [
  '61082 150.298 2.388',
  '61082.5 150.2985 2.388',
  '61083 150.299 2.3881',
  '61083.5 150.2995 2.3882',
];

const cells = track.map(
  (point) =>
    `<TR>${point
      .split(' ')
      .map((one) => `<TD>${one}</TD>`)
      .join('')}</TR>`,
);
export const votable = (fields = ['mjd', 'ra', 'dec']) =>
  `<VOTABLE version="1.4"><RESOURCE><TABLE>${fields
    .map((name) => `<FIELD name="${name}" datatype="double"/>`)
    .join('')}<DATA><TABLEDATA>${cells.join('')}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;

export const stacks: readonly BaselineRequest[] = [
  ...group('RESPONSEFORMAT', {
    ...each(['fits', 'mef', 'votable', 'cube', 'tpf', 'png', 'webp'], (RESPONSEFORMAT) =>
      at({ RESPONSEFORMAT, BAND: 'r' }),
    ),
    ...each(
      ['application/fits', 'application/fits;type=mef', 'application/fits; type="cube"', 'text/xml'],
      (RESPONSEFORMAT) => at({ RESPONSEFORMAT, BAND: 'g' }),
    ),
    'fits, all bands': at({}),
    'votable, all bands': at({ RESPONSEFORMAT: 'votable' }),
    'fits, planes': at({ CUTOUTDETAIL: 'MaskedImage' }),
    'mef, planes': at({ RESPONSEFORMAT: 'mef', CUTOUTDETAIL: 'MaskedImage', BAND: 'r' }),
    'cube, planes': at({ RESPONSEFORMAT: 'cube', CUTOUTDETAIL: 'MaskedImage', BAND: 'r' }),
    'png on a grid': at({ RESPONSEFORMAT: 'png', GRID: 'common', BAND: 'r' }),
    'default size': { ...place, BAND: 'i' },
    'size 1': at({ SIZE: '1', CUTOUTDETAIL: 'MaskedImage' }),
  }),
  ...group('grid', {
    ...each(['nearest', 'bilinear', 'lanczos3', 'lanczos4', 'exact'], (RESAMPLE) =>
      at({ RESPONSEFORMAT: 'cube', RESAMPLE, BAND: 'r' }),
    ),
    coarse: at({
      RESPONSEFORMAT: 'cube',
      PIXSCALE: '0.4',
      RESAMPLE: 'exact',
      CUTOUTDETAIL: 'MaskedImage',
      BAND: 'g',
    }),
    'native units': at({ RESPONSEFORMAT: 'cube', UNIT: 'native', BAND: 'r' }),
    circle: { POS: 'CIRCLE 150.2987 2.38812 0.0005', RESPONSEFORMAT: 'tpf', BAND: 'r' },
  }),
  ...group('selection', {
    'POS=CIRCLE': { POS: 'CIRCLE 150.2987 2.38812 0.0005', BAND: 'r' },
    'UNIT=nJy': at({ UNIT: 'nJy', CUTOUTDETAIL: 'MaskedImage', BAND: 'r' }),
    'EDGE=none': at({ RA: '150.3162', SIZE: '101', RESPONSEFORMAT: 'votable' }),
    'EDGE=any': at({ RA: '150.3162', SIZE: '101', RESPONSEFORMAT: 'votable', EDGE: 'any' }),
    'EDGE=any, pixels': at({ RA: '150.3315', EDGE: 'any', SIZE: '31', CUTOUTDETAIL: 'MaskedImage' }),
    'bands by name': at({ BAND: ['g', 'i'] }),
    'band by wavelength': at({ BAND: '551e-9 689e-9' }),
    TIME: at({ TIME: '61000 61100' }),
    'TIME of two': at({ TIME: ['61000 61090', '61400 +Inf'], RESPONSEFORMAT: 'votable' }),
    IDs: at({ ID: [visit, visit94] }),
    'ID of a coadd': { RA: '150.29', DEC: '2.41', SIZE: '15', ID: coadd },
    DPSUBTYPE: at({ RA: '150.275', DEC: '2.3816', DPSUBTYPE: 'lsst.difference_image' }),
    'DPSUBTYPE of coadds': { RA: '150.29', DEC: '2.41', SIZE: '15', DPSUBTYPE: 'deep_coadd' },
    COLLECTION: at({ COLLECTION: 'Vignet.Sample', BAND: 'r' }),
    'COLLECTION by label': at({ COLLECTION: 'sim', BAND: 'r' }),
    'ORDER=-time': at({ ORDER: '-time', RESPONSEFORMAT: 'votable' }),
    'ORDER=band': at({ ORDER: 'band', RESPONSEFORMAT: 'votable' }),
    MAXREC: at({ MAXREC: '2' }),
    'MAXREC, table': at({ MAXREC: '2', RESPONSEFORMAT: 'votable' }),
    'MAXREC=0': at({ MAXREC: '0' }),
    'MAXREC=0, table': at({ MAXREC: '0', RESPONSEFORMAT: 'votable' }),
    'nothing there': at({ RA: '10', DEC: '-60' }),
    'nothing there, table': at({ RA: '10', DEC: '-60', RESPONSEFORMAT: 'votable' }),
    'nothing in the band': at({ BAND: '1e-5 2e-5' }),
  }),
  ...group('TRACK', {
    points: { TRACK: track, SIZE: '15' },
    'points, table': { TRACK: track, SIZE: '15', RESPONSEFORMAT: 'votable' },
    'points, cube': { TRACK: track, SIZE: '15', RESPONSEFORMAT: 'cube' },
    'VOTable as a value': { TRACK: votable(), SIZE: '15', RESPONSEFORMAT: 'votable' },
    'before everything': { TRACK: ['50000 150.298 2.388', '50000.5 150.298 2.388'], SIZE: '15' },
    'no columns': { TRACK: votable(['a', 'b', 'c']), SIZE: '15' },
    'no XML': { TRACK: '<VOTABLE><', SIZE: '15' },
    'two numbers': { TRACK: '61082 150' },
    'with RA': at({ TRACK: track }),
  }),
  form('sample', 'stack TRACK / by POST', sync, { TRACK: track, SIZE: '15' }),
  multipart('sample', 'stack UPLOAD / file', sync, {
    'TRACK@file': votable(),
    SIZE: '15',
    RESPONSEFORMAT: 'votable',
  }),
  multipart('sample', 'stack UPLOAD / named part', sync, {
    ...{ UPLOAD: 'TRACK,param:points', 'points@file': votable(), SIZE: '15', RESPONSEFORMAT: 'votable' },
  }),
  multipart('sample', 'stack UPLOAD / no such part', sync, { UPLOAD: 'TRACK,param:points', SIZE: '15' }),
  multipart('sample', 'stack UPLOAD / another form', sync, { UPLOAD: 'x', SIZE: '15' }),
  ...group('refused', {
    'no position': {},
    'RA alone': { RA: '150' },
    'DEC beyond the pole': { RA: '150', DEC: '91' },
    'SIZE of words': at({ SIZE: 'x' }),
    'SIZE too large': at({ SIZE: '2000' }),
    'POS with SIZE': { POS: 'CIRCLE 150.2987 2.38812 0.0005', SIZE: '15' },
    'POS=RANGE': { POS: 'RANGE 150 151 2 3' },
    'unknown name': at({ FROBNICATE: '1' }),
    'unknown ID': at({ ID: unknown }),
    'unknown collection': at({ COLLECTION: 'elsewhere' }),
    'unknown type': at({ DPSUBTYPE: 'elsewhere' }),
    'GRID=common in FITS': at({ GRID: 'common' }),
    'GRID=native in a cube': at({ GRID: 'native', RESPONSEFORMAT: 'cube' }),
    'PIXSCALE without a grid': at({ PIXSCALE: '0.4' }),
    'planes in a film': at({ RESPONSEFORMAT: 'webp', CUTOUTDETAIL: 'MaskedImage' }),
    'CUTOUTDETAIL=Exposure': at({ CUTOUTDETAIL: 'Exposure' }),
    'RESPONSEFORMAT of no such type': at({ RESPONSEFORMAT: 'image/gif' }),
    'ORDER of no such kind': at({ ORDER: 'size' }),
    'MAXREC of words': at({ MAXREC: '-1' }),
    'SIZE twice': at({ SIZE: ['15', '17'] }),
    'EDGE of no such kind': at({ EDGE: 'all' }),
    'UNIT of no such kind': at({ UNIT: 'mJy' }),
    'circle as CIRCLE': { CIRCLE: nowhere },
  }),
];

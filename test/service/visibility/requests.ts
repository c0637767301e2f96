// Every route of the service, asked for what is open and for what is hidden from somebody.
import { collectionUuid } from '../../../src/catalog/collections.ts';
import { type BaselineRequest, form, type Parameters, plain, queries } from '../../baseline/request.ts';

const idOf = (uuid: string, repo = 'sim') => `ivo://vignet.example/${repo}?repo=${repo}&id=${uuid}`;

/** Of the sample: UUIDs stand in its files. */
const ids = {
  open: idOf('c9cbdb14-cade-551e-90df-b0de5414e3b8'),
  openCoadd: idOf('0865c090-6779-5a0e-8bab-453e9f22bd25'),
  ownCoadd: idOf('5d5070b8-bf16-546f-a16b-8cc31ca5ca1c'),
  ownDifference: idOf('6cfb5c5a-eb56-5fcc-a622-bfc3e4a8cf71'),
  secret: idOf('4ec0b492-d458-5215-8995-7e449aa653c3', 'secret'),
  group: idOf('70bcd86c-cb45-593e-bc3e-56553084a2b9'),
  embargoed: idOf('4ba18afb-2334-5770-940e-939d6ca41a39'),
  unknown: idOf('00000000-0000-4000-8000-000000000000'),
};
const hidden = Object.entries(ids).filter(([name]) => name !== 'open' && name !== 'openCoadd');
const collection = (band: string, type = 'deep_coadd', name = 'Open') =>
  idOf(collectionUuid(name, type, band));

const place = { RA: '150.2987', DEC: '2.38812', SIZE: '11' };
const circle = '150.3 2.39 0.001';
const junction = '150.2697 2.4325 0.002';

const cutout = '/api/cutout/sync';
const stack = '/api/stack/sync';
const mosaic = '/api/mosaic/sync';

const group = (name: string, path: string, all: Readonly<Record<string, Parameters>>) =>
  queries('sample', name, path, all);
const each = (make: (id: string) => Parameters) =>
  Object.fromEntries(hidden.map(([name, id]) => [name, make(id)]));

/** The same request with other methods and headers. */
function conditional(name: string, path: string): BaselineRequest[] {
  return [
    plain('sample', `${name} / HEAD`, path, { method: 'HEAD' }),
    plain('sample', `${name} / Range`, path, { headers: { range: 'bytes=0-99' } }),
    plain('sample', `${name} / Range beyond the end`, path, { headers: { range: 'bytes=999999999-' } }),
    plain('sample', `${name} / If-None-Match *`, path, { headers: { 'if-none-match': '*' } }),
    plain('sample', `${name} / If-None-Match`, path, { headers: { 'if-none-match': '<etag>' } }),
    plain('sample', `${name} / If-Match`, path, { headers: { 'if-match': '"another"' } }),
  ];
}

const at = (id: string, more = '') =>
  `${cutout}?ID=${encodeURIComponent(id)}&CIRCLE=${encodeURIComponent(circle)}${more}`;

const cutouts = [
  ...group('cutout open', cutout, {
    whole: { ID: ids.openCoadd },
    circle: { ID: ids.open, CIRCLE: circle },
    picture: { ID: ids.open, CIRCLE: circle, RESPONSEFORMAT: 'png' },
    'as another repo': { ID: ids.open.replace('repo=sim', 'repo=secret'), CIRCLE: circle },
  }),
  ...group(
    'cutout hidden',
    cutout,
    each((ID) => ({ ID, CIRCLE: circle })),
  ),
  ...group(
    'cutout hidden whole',
    cutout,
    each((ID) => ({ ID })),
  ),
  ...group(
    'cutout hidden elsewhere',
    cutout,
    each((ID) => ({ ID, CIRCLE: '10 -60 0.01' })),
  ),
  ...group(
    'cutout hidden butler',
    cutout,
    each((ID) => ({ ID: ID.replace(/.*repo=(.*)&id=/, 'butler://$1/') })),
  ),
  ...group(
    'cutout hidden refused',
    cutout,
    each((ID) => ({ ID, POL: 'red' })),
  ),
  ...group(
    'cutout hidden colour',
    cutout,
    each((ID) => ({ ID, CIRCLE: circle, RGB: 'i,r,g', RESPONSEFORMAT: 'png' })),
  ),
  ...conditional('cutout open', at(ids.open)),
  ...hidden.flatMap(([name, id]) => conditional(`cutout ${name}`, at(id))),
  form('sample', 'cutout / form', cutout, { ID: ids.group, CIRCLE: circle }),
  ...group('collection', cutout, {
    'without region': { ID: collection('r') },
    'in an open patch': { ID: collection('r'), CIRCLE: '150.29 2.41 0.001' },
    'in a hidden patch': { ID: collection('r'), CIRCLE: '150.245 2.411 0.001' },
    'across patches': { ID: collection('r'), CIRCLE: junction, CUTOUTDETAIL: 'MaskedImage' },
    'of a hidden band': { ID: collection('g'), CIRCLE: '150.29 2.41 0.001' },
    'of a hidden band without region': { ID: collection('g') },
    'of three bands': {
      ID: collection('r'),
      CIRCLE: '150.29 2.41 0.001',
      RGB: 'i,r,g',
      RESPONSEFORMAT: 'png',
    },
  }),
];

const stacks = [
  ...group('stack', stack, {
    default: place,
    votable: { ...place, RESPONSEFORMAT: 'votable' },
    picture: { ...place, RESPONSEFORMAT: 'png' },
    'by collection': { ...place, COLLECTION: 'Open', RESPONSEFORMAT: 'votable' },
    'by label': { ...place, COLLECTION: 'sim' },
    'of a hidden collection': { ...place, COLLECTION: 'Secret' },
    'of a hidden label': { ...place, COLLECTION: 'secret' },
    'of no collection': { ...place, COLLECTION: 'None' },
    'of a hidden type': { ...place, COLLECTION: 'Open', DPSUBTYPE: 'difference_image' },
    'of no type': { ...place, COLLECTION: 'Open', DPSUBTYPE: 'none' },
    'of two types': {
      ...place,
      COLLECTION: 'Open',
      DPSUBTYPE: ['visit_image', 'calexp'],
      RESPONSEFORMAT: 'votable',
    },
    'of a hidden band': { ...place, COLLECTION: 'Open', BAND: 'y' },
    'with a limit': { ...place, COLLECTION: 'Open', DPSUBTYPE: ['visit_image', 'calexp'], MAXREC: '1' },
    'of no rows': { ...place, MAXREC: '0' },
    elsewhere: { RA: '10', DEC: '-60', COLLECTION: 'Open' },
  }),
  ...group(
    'stack by ID',
    stack,
    each((ID) => ({ ...place, ID: [ids.open, ID] })),
  ),
  ...conditional('stack', `${stack}?RA=150.2987&DEC=2.38812&SIZE=11&COLLECTION=Open`),
  ...group('timeseries', '/api/timeseries/sync', { default: place }),
];

const mosaics = [
  ...group('mosaic', mosaic, {
    region: { CIRCLE: junction },
    'region of a band': { CIRCLE: junction, BAND: 'r', CUTOUTDETAIL: 'MaskedImage', INDEX: 'true' },
    'region of a hidden band': { CIRCLE: '150.29 2.41 0.001', BAND: 'g' },
    'in a hidden patch': { CIRCLE: '150.245 2.411 0.001', BAND: 'r' },
    'of a collection': { CIRCLE: junction, BAND: 'r', COLLECTION: 'Open' },
    'of a hidden collection': { CIRCLE: circle, COLLECTION: 'Secret', DPSUBTYPE: 'visit_image' },
    plan: { CIRCLE: junction, BAND: 'r', PLAN: 'true' },
    'of images': { CIRCLE: circle, DPSUBTYPE: 'visit_image', COMBINE: 'mean' },
    'of types by hand': { CIRCLE: circle, DPSUBTYPE: ['visit_image', 'calexp'] },
    colour: { CIRCLE: '150.29 2.41 0.001', RGB: 'i,r,g', RESPONSEFORMAT: 'png' },
    'levels matched': { CIRCLE: junction, BAND: 'r', COMBINE: 'mean', BACKGROUND: 'match' },
    'open visit': { VISIT: '2026021100003', PLAN: 'true', COLLECTION: 'Open' },
    'hidden visit': { VISIT: '2029031000016', PLAN: 'true' },
    'hidden visit of a collection': {
      VISIT: '2029031000016',
      COLLECTION: 'Open',
      DPSUBTYPE: 'visit_image',
      PLAN: 'true',
    },
    'secret visit': { VISIT: '2027020100008', COLLECTION: 'Secret', PLAN: 'true' },
    'embargoed visit': { VISIT: '2026042700006', COLLECTION: 'Open', PLAN: 'true' },
  }),
  ...group(
    'mosaic by ID',
    mosaic,
    each((ID) => ({ ID: [ids.openCoadd, ID], PLAN: 'true' })),
  ),
  ...group(
    'mosaic aligned',
    mosaic,
    each((ALIGN) => ({ CIRCLE: junction, BAND: 'r', ALIGN, PLAN: 'true' })),
  ),
  ...conditional('mosaic', `${mosaic}?BAND=r&CIRCLE=${encodeURIComponent(junction)}`),
];

const coverages = group('moc', '/api/moc', {
  everything: { RESPONSEFORMAT: 'json' },
  file: {},
  picture: { RESPONSEFORMAT: 'svg' },
  'of a collection': { COLLECTION: 'Open', RESPONSEFORMAT: 'ascii' },
  'of a hidden collection': { COLLECTION: 'Secret', RESPONSEFORMAT: 'json' },
  'of a hidden type': { DPSUBTYPE: 'difference_image', COLLECTION: 'Open', RESPONSEFORMAT: 'json' },
  'of a hidden band': { BAND: 'y', RESPONSEFORMAT: 'json' },
  'of a condition': { WHERE: "lsst_band LIKE '%' AND NOT s_ra < 0", RESPONSEFORMAT: 'json' },
  'of a condition that is too large': {
    WHERE: 'access_estsize * 9000000000000000000 > 1',
    RESPONSEFORMAT: 'json',
  },
  'of IDs': { ID: [ids.open, ids.secret, ids.group, ids.unknown], RESPONSEFORMAT: 'json' },
});
/** `/api/datasets/repo/uuid` of an ID. */
const fileAt = (id: string) => id.replace(/.*repo=(.*)&id=/, '/api/datasets/$1/');
const parts = {
  file: '',
  planes: '?PLANES=image',
  header: '/header',
  layout: '/layout',
  preview: '/preview',
  provenance: '/provenance?DEPTH=ALL',
  derived: '/provenance?DIRECTION=FORTH&DEPTH=ALL',
  prov: '/provenance?DEPTH=ALL&RESPONSEFORMAT=prov-json',
};

const datasets = [
  ...Object.entries(parts).flatMap(([part, path]) => [
    plain('sample', `dataset open / ${part}`, fileAt(ids.openCoadd) + path),
    ...hidden.map(([name, id]) => plain('sample', `dataset ${part} / ${name}`, fileAt(id) + path)),
  ]),
  plain('sample', 'dataset open / as another repo', fileAt(ids.open).replace('/sim/', '/secret/')),
  ...conditional('dataset open', fileAt(ids.openCoadd)),
  ...hidden.flatMap(([name, id]) => conditional(`dataset ${name}`, fileAt(id))),
  ...group(
    'datasets together',
    '/api/datasets',
    each((ID) => ({ ID: [ids.openCoadd, ID] })),
  ),
  form('sample', 'datasets together / form', '/api/datasets', { ID: ids.group }),
];

const upSince = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'a time');
const seconds = (text: string) => text.replace(/"seconds": [\d.e-]+/, '"seconds": 0');

const documents = ['cutout', 'stack', 'timeseries', 'mosaic', 'datasets', 'moc'].flatMap((service) => [
  plain('sample', `${service} / examples`, `/api/${service}/examples`),
  plain('sample', `${service} / capabilities`, `/api/${service}/capabilities`),
  plain('sample', `${service} / availability`, `/api/${service}/availability`, { mask: upSince }),
]);

const pages = [
  plain('sample', 'landing', '/'),
  plain('sample', 'openapi', '/openapi.json'),
  plain('sample', 'docs', '/docs'),
  plain('sample', 'healthz', '/healthz', { mask: upSince }),
  plain('sample', 'metrics', '/metrics', { withoutBody: true }),
  plain('sample', 'nothing', '/api/datasets/secret'),
  plain('sample', 'preflight', cutout, { method: 'OPTIONS', headers: { origin: 'https://a.example' } }),
];

export const requests: readonly BaselineRequest[] = [
  ...cutouts,
  ...stacks,
  ...datasets,
  ...mosaics.map((one) => ({ ...one, mask: seconds })),
  ...coverages,
  ...documents,
  ...pages,
];

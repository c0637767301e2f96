// Files that other telescopes and programs made: every codec, distortion and companion there is.
import { type BaselineRequest, type Parameters, queries } from '../request.ts';
import { real } from './places.ts';

const group = (name: string, service: string, all: Readonly<Record<string, Parameters>>) =>
  queries('real', `real ${name}`, `/api/${service}/sync`, all);

const files = {
  'afw calexp, version 0': '53dc0fa8-7bec-5b45-8fc8-2a2850707675',
  'afw calexp, version 2': '8454d2b0-6288-5b50-9630-f3181bc29351',
  'afw MaskedImage': 'e8f07aed-ba0a-52a9-8558-245aa892e186',
  'GZIP_2 floats': '426522d6-7e8c-5712-a677-2873cfe0d0dc',
  'dither and NaN': '7697565f-cb48-5743-b46e-070860f8b4c2',
  'plain integers': '09f5d39d-f7a3-5e73-9276-ee78cb4fff2d',
  GZIP_1: '3d02153d-450c-5dbd-aafb-53e2c6b4c615',
  PLIO_1: '4f20b4d3-b16f-5dc4-afeb-e80f5cd865d7',
  RICE_1: '7f951990-9ee3-5bed-a38b-6ff63f7f0cba',
  HCOMPRESS_1: 'd4b6def1-53e5-5935-a8ef-056cfce5cec1',
  'Rice without dither': 'a2940326-1d21-5333-9b86-339e07856e5f',
  'DP2 coadd': '8a45da16-fbeb-5d3a-81e7-3350e02b7101',
  DECam: 'd8a9207d-d34a-5e6f-a2ed-984dd5b44180',
  'DECam, Rice': '23be20fa-0caa-5857-8465-86c5756672ee',
  Bok: 'cd8559b3-69de-5aa2-b513-dbc1da9b24ed',
  'Mosaic-3': '7b42420c-2f79-59c2-8bc8-a5951a38f455',
};

const circles = {
  'TPV, gzipped': ['3451e3a7-edfb-563f-9492-cac1deb91957', '52.554013 -28.742523 0.003'],
  'TAN-SIP': ['b9000cbf-225b-5488-8236-0d8b441f47ff', '202.4826758 47.1751092 0.005'],
  'at the pole': ['f8e08792-9e54-5d44-846d-6ae4eca55732', '245.1446 -89.92815 0.01'],
  'across 0': ['84ae5a53-d837-5fab-90d3-a538df80f696', '0.0 47.1751092 0.005'],
  HSC: ['ea6bcfb4-f086-5eef-9cd9-03e3321d5ec2', '151.4067273 1.6503968 0.002'],
  'Rice in the middle': ['23be20fa-0caa-5857-8465-86c5756672ee', '121.0262346 5.1135448 0.003'],
  'HCOMPRESS in the middle': ['d4b6def1-53e5-5935-a8ef-056cfce5cec1', '250.4225968 36.4601956 0.01'],
  'PLIO in the middle': ['4f20b4d3-b16f-5dc4-afeb-e80f5cd865d7', '250.4225968 36.4601956 0.01'],
} as const;

const decam = { RA: '244.77975', DEC: '12.07236', SIZE: '21' };
const bok = '352.0795 0.2082 0.0015';

export const reals: readonly BaselineRequest[] = [
  ...group(
    'whole',
    'cutout',
    Object.fromEntries(
      Object.entries(files).map(([name, uuid]) => [name, { ID: real(uuid), CUTOUTDETAIL: 'Exposure' }]),
    ),
  ),
  ...group(
    'circle',
    'cutout',
    Object.fromEntries(
      Object.entries(circles).map(([name, [uuid, CIRCLE]]) => [
        name,
        { ID: real(uuid), CIRCLE, CUTOUTDETAIL: 'MaskedImage' },
      ]),
    ),
  ),
  ...group('form', 'cutout', {
    rice: { ID: real(files['DECam, Rice']), COMPRESS: 'rice', CUTOUTDETAIL: 'MaskedImage' },
    gzip: { ID: real(files['afw MaskedImage']), COMPRESS: 'gzip', CUTOUTDETAIL: 'Exposure' },
    png: { ID: real(files.HCOMPRESS_1), RESPONSEFORMAT: 'png' },
    'no place on the sky': { ID: real(files['GZIP_2 floats']), CIRCLE: '1 2 3' },
  }),
  ...group('stack', 'stack', {
    DECam: { ...decam, CUTOUTDETAIL: 'MaskedImage', DPSUBTYPE: 'instcal' },
    'DECam, nJy': { ...decam, UNIT: 'nJy', DPSUBTYPE: 'instcal' },
    'DECam, table': { ...decam, RESPONSEFORMAT: 'votable', DPSUBTYPE: 'instcal' },
    'DECam, cube': {
      ...decam,
      RESPONSEFORMAT: 'cube',
      DPSUBTYPE: 'instcal',
      CUTOUTDETAIL: 'MaskedImage',
      BAND: 'z',
    },
    'DECam, target pixels': { ...decam, RESPONSEFORMAT: 'tpf', DPSUBTYPE: 'instcal', BAND: 'g' },
    'DECam, film': { ...decam, RESPONSEFORMAT: 'webp', DPSUBTYPE: 'instcal' },
    'default type': decam,
    Bok: { RA: '352.0795', DEC: '0.2082', SIZE: '21', DPSUBTYPE: 'image' },
  }),
  ...group('mosaic', 'mosaic', {
    'Bok, clipped': { CIRCLE: bok, DPSUBTYPE: 'image', BAND: 'r', COMBINE: 'clipped', BACKGROUND: 'match' },
    'Bok, weighted': {
      CIRCLE: bok,
      DPSUBTYPE: 'image',
      BAND: 'g',
      COMBINE: 'weighted',
      CUTOUTDETAIL: 'MaskedImage',
    },
    'DECam, mean': { CIRCLE: '244.77975 12.07236 0.0015', DPSUBTYPE: 'instcal', BAND: 'z', COMBINE: 'mean' },
    'DP2 coadd': { ID: real(files['DP2 coadd']), INDEX: 'true', CUTOUTDETAIL: 'MaskedImage' },
  }),
];

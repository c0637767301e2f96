/** SODA 1.0's parameters, and ours, declared once. */

import { type DatasetKey, parseId } from '../../base/dataset-id.ts';
import type { Detail } from '../../base/sky.ts';
import { colourParameters } from '../common/colour-parameters.ts';
import { compress, quantize } from '../common/compression.ts';
import { choice, interval, plainText } from '../dali/declare.ts';
import type { Interval } from '../dali/numbers.ts';
import { type Defaulted, oneOf, type Parameter } from '../dali/parameter.ts';
import { type Format, mediaTypes, parseFormat } from '../dali/response-format.ts';
import { circle, polygon, pos } from '../dali/sky-parameters.ts';

const details = ['Image', 'MaskedImage', 'Exposure'] as const satisfies readonly Detail[];

/** ObsCore 1.1, table 4. */
export const polarizations = 'I Q U V RR LL RL LR XX YY XY YX POLI POLA'.split(' ');

const id: Parameter<DatasetKey> = {
  name: 'ID',
  ucd: 'meta.ref.url;meta.curation',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'required',
  maxLength: 1024,
  description:
    'Publisher dataset identifier, percent-encoded: ivo://authority/path?repo=LABEL&id=UUID (butler://LABEL/UUID is taken too).',
  example: 'ivo://example.org/vignet?repo=sample&id=00000000-0000-5000-8000-000000000000',
  parse: parseId,
};

const band: Parameter<Interval> = interval(
  {
    name: 'BAND',
    ucd: 'em.wl;stat.interval',
    unit: 'm',
    description:
      'Wavelength interval in metres, vacuum, barycentric; images that do not overlap it give 204. One number is taken as both ends.',
    example: '551e-9 689e-9',
  },
  'metres',
);

const time: Parameter<Interval> = interval(
  {
    name: 'TIME',
    ucd: 'time.interval;obs.exposure',
    unit: 'd',
    description:
      'Time interval in MJD, UTC; images that do not overlap it give 204. One number is taken as both ends.',
    example: '60000 60001.5',
  },
  'days of MJD UTC',
);

const pol: Parameter<string> = {
  name: 'POL',
  ucd: 'meta.code;phys.polarization',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'many',
  values: polarizations,
  maxLength: 64,
  description: 'Polarization state wanted; repeat it for several. Images that hold none of them give 204.',
  example: 'I',
  parse: oneOf('POL', polarizations),
};

const cutoutDetail: Defaulted<Detail> = choice({
  name: 'CUTOUTDETAIL',
  values: details,
  default: 'Image',
  description:
    'Image: the pixels alone. MaskedImage: image, mask and variance. Exposure: these and all other HDUs of the file.',
  example: 'MaskedImage',
});

const responseFormat: Defaulted<Format> = {
  name: 'RESPONSEFORMAT',
  ucd: 'meta.code.mime',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'optional',
  values: [...Object.values(mediaTypes), ...Object.keys(mediaTypes)],
  default: mediaTypes.fits,
  maxLength: 256,
  description: 'FITS, or a picture with an asinh stretch, by media type or short name.',
  example: 'image/png',
  parse: parseFormat,
};

const runId: Parameter<string> = {
  name: 'RUNID',
  datatype: 'char',
  arraysize: '64*',
  multiplicity: 'optional',
  maxLength: 64,
  description: "The client's own name for this request, kept in the logs; at most 64 characters.",
  example: 'my-run-7',
  parse: (text) => plainText('RUNID', text),
};

export const sodaParameters = {
  id,
  circle,
  polygon,
  pos,
  band,
  time,
  pol,
  cutoutDetail,
  compress,
  quantize,
  responseFormat,
  ...colourParameters,
  runId,
} as const;

/** In the order documents list them. */
export const sodaList: readonly Parameter<unknown>[] = Object.values(sodaParameters);

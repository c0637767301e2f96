/** SODA 1.0's parameters, and ours, declared once. */

import { type DatasetKey, parseId } from '../../base/dataset-id.ts';
import type { Detail, Stencil } from '../../base/sky.ts';
import { colourParameters } from '../common/colour-parameters.ts';
import { type Interval, parseInterval, parseNumbers } from '../dali/numbers.ts';
import { badValue, clip, oneOf, type Parameter } from '../dali/parameter.ts';
import { type Format, mediaTypes, parseFormat } from '../dali/response-format.ts';
import { parseCircle, parsePolygon, parsePos } from '../dali/stencils.ts';

export type Compression = 'none' | 'gzip' | 'rice';

const details = ['Image', 'MaskedImage', 'Exposure'] as const satisfies readonly Detail[];
const compressions = ['none', 'gzip', 'rice'] as const satisfies readonly Compression[];

/** ObsCore 1.1, table 4. */
export const polarizations = 'I Q U V RR LL RL LR XX YY XY YX POLI POLA'.split(' ');

const stencilCommon = {
  ucd: 'pos.outline;obs',
  datatype: 'double',
  xtype: 'circle',
  multiplicity: 'optional',
} as const;

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

const circle: Parameter<Stencil> = {
  ...stencilCommon,
  name: 'CIRCLE',
  unit: 'deg',
  arraysize: '3',
  maxLength: 256,
  description: 'Circle on the sky: ICRS longitude, latitude and radius in degrees.',
  example: '12.5 -3.2 0.01',
  parse: parseCircle,
};

const polygon: Parameter<Stencil> = {
  ...stencilCommon,
  name: 'POLYGON',
  unit: 'deg',
  arraysize: '*',
  xtype: 'polygon',
  maxLength: 500_000,
  description:
    'Polygon on the sky: ICRS longitudes and latitudes of three or more vertices in degrees; sides are great circles, and the smaller side is the inside whatever the winding.',
  example: '12.49 -3.21 12.51 -3.21 12.5 -3.19',
  parse: parsePolygon,
};

const pos: Parameter<Stencil> = {
  ucd: 'pos.outline;obs',
  name: 'POS',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'optional',
  maxLength: 500_000,
  description:
    'Region of sky in ICRS degrees: CIRCLE lon lat radius, RANGE lon1 lon2 lat1 lat2 or POLYGON lon lat lon lat lon lat ….',
  example: 'RANGE 12.49 12.51 -3.21 -3.19',
  parse: parsePos,
};

const band: Parameter<Interval> = {
  name: 'BAND',
  ucd: 'em.wl;stat.interval',
  unit: 'm',
  datatype: 'double',
  arraysize: '2',
  xtype: 'interval',
  multiplicity: 'optional',
  maxLength: 256,
  description:
    'Wavelength interval in metres, vacuum, barycentric; images that do not overlap it give 204. One number is taken as both ends.',
  example: '551e-9 689e-9',
  parse: (text) => parseInterval('BAND', text, 'metres'),
};

const time: Parameter<Interval> = {
  name: 'TIME',
  ucd: 'time.interval;obs.exposure',
  unit: 'd',
  datatype: 'double',
  arraysize: '2',
  xtype: 'interval',
  multiplicity: 'optional',
  maxLength: 256,
  description:
    'Time interval in MJD, UTC; images that do not overlap it give 204. One number is taken as both ends.',
  example: '60000 60001.5',
  parse: (text) => parseInterval('TIME', text, 'days of MJD UTC'),
};

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

const cutoutDetail: Parameter<Detail> = {
  name: 'CUTOUTDETAIL',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'optional',
  values: details,
  default: 'Image',
  maxLength: 64,
  description:
    'Image: the pixels alone. MaskedImage: image, mask and variance. Exposure: these and all other HDUs of the file.',
  example: 'MaskedImage',
  parse: oneOf('CUTOUTDETAIL', details),
};

const compress: Parameter<Compression> = {
  name: 'COMPRESS',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'optional',
  values: compressions,
  default: 'none',
  maxLength: 64,
  description:
    'Tile compression of the FITS answer, lossless: gzip, or rice (float planes then go by GZIP_2).',
  example: 'gzip',
  parse: oneOf('COMPRESS', compressions),
};

const quantize: Parameter<number> = {
  name: 'QUANTIZE',
  datatype: 'double',
  multiplicity: 'optional',
  bounds: { min: 0.01, max: 1000 },
  maxLength: 64,
  description:
    'Asks for lossy floats in a compressed answer: steps of the noise divided by this level, written in the header. Without it nothing is lost.',
  example: '16',
  parse: (text) => {
    const numbers = parseNumbers('QUANTIZE', text, 'one number, such as QUANTIZE=16,');
    const [level = Number.NaN] = numbers;
    if (numbers.length !== 1) throw badValue('QUANTIZE', text, `${numbers.length} numbers; one is right`);
    if (!(level >= 0.01 && level <= 1000))
      throw badValue('QUANTIZE', text, 'a level from 0.01 to 1000 is right');
    return level;
  },
};

const responseFormat: Parameter<Format> = {
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
  parse: (text) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a log
    if (/[\u0000-\u001f\u007f]/.test(text))
      throw badValue('RUNID', clip(text), 'control characters are not taken');
    return text;
  },
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

/** SODA 1.0's parameters, and ours, declared once. */
import type { Detail } from '../../base/sky.ts';
import { colourParameters } from '../common/colour-parameters.ts';
import { compress, quantize } from '../common/compression.ts';
import { pictureParameters } from '../common/picture-parameters.ts';
import * as position from '../common/position-parameters.ts';
import { box, edge, size } from '../common/size.ts';
import { choice } from '../dali/declare.ts';
import type { Defaulted, Parameter } from '../dali/parameter.ts';
import { imageFormat } from '../dali/response-format.ts';
import { circle, polygon, pos } from '../dali/sky-parameters.ts';
import { band, id, pol, runId, time } from '../dali/standard-parameters.ts';
import { planes } from './planes.ts';

const details = ['Image', 'MaskedImage', 'Exposure'] as const satisfies readonly Detail[];

const cutoutDetail: Defaulted<Detail> = choice({
  name: 'CUTOUTDETAIL',
  values: details,
  default: 'Image',
  description:
    'Image: only the image. MaskedImage: image, mask and variance. Exposure: these and all other HDUs of the file.',
  example: 'MaskedImage',
});

export const sodaParameters = {
  id,
  circle,
  polygon,
  pos,
  ra: { ...position.ra, description: 'ICRS right ascension of the position, degrees. Needs DEC and SIZE.' },
  dec: position.dec,
  size,
  edge,
  box,
  band,
  time,
  pol,
  cutoutDetail,
  planes,
  compress,
  quantize,
  responseFormat: imageFormat,
  ...colourParameters,
  ...pictureParameters,
  runId,
} as const;

/** In the order documents list them. */
export const sodaList: readonly Parameter<unknown>[] = Object.values(sodaParameters);

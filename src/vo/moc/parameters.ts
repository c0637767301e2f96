/** The parameters of coverage maps, declared once. */
import { maxMocOrder } from '../../base/moc.ts';
import { openSelection } from '../common/selection-parameters.ts';
import { choice, wholeNumber } from '../dali/declare.ts';
import type { Defaulted } from '../dali/parameter.ts';
import { runId } from '../dali/standard-parameters.ts';

/** The media type that an answer of each format has. */
export const mocMediaTypes = {
  fits: 'application/fits',
  json: 'application/json',
  ascii: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

export type MocFormat = keyof typeof mocMediaTypes;

const order: Defaulted<number> = {
  name: 'ORDER',
  ...{ datatype: 'double', multiplicity: 'optional', maxLength: 64 },
  bounds: { min: 0, max: maxMocOrder },
  default: '10',
  description: `HEALPix order of the smallest cells: 10 is 3.4 arcmin, ${maxMocOrder} is 1.7 arcmin.`,
  example: '8',
  parse: (value) => wholeNumber('ORDER', value, 0, maxMocOrder),
};

export const mocParameters = {
  ...openSelection('count'),
  order,
  responseFormat: choice({
    name: 'RESPONSEFORMAT',
    ucd: 'meta.code.mime',
    values: ['fits', 'json', 'ascii', 'svg'],
    default: 'fits',
    description:
      'fits: a MOC as the standard stores it (NUNIQ). json, ascii: the same as text. svg: a picture of the whole sky.',
    example: 'json',
  }),
  runId,
} as const;

/** In the order documents list them. */
export const mocList = Object.values(mocParameters);

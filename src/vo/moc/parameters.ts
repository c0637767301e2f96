/** The parameters of coverage maps, declared once. */
import { maxMocOrder } from '../../base/moc.ts';
import * as selection from '../common/selection-parameters.ts';
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
  collection: {
    ...selection.collection,
    description: 'Release label or obs_collection. Default: all collections.',
  },
  subtype: {
    ...selection.subtype,
    description:
      'Dataset type (visit_image or lsst.visit_image); can be repeated. Default: datasets of all types.',
  },
  band: {
    ...selection.band,
    description:
      'Name of a band (r) or of a filter as the files name it (r_57), or a wavelength interval in metres (551e-9 689e-9); can be repeated. Datasets in any of them count.',
  },
  time: {
    ...selection.time,
    description: 'Time interval in MJD, UTC; can be repeated. Datasets that overlap one of them count.',
  },
  id: selection.ids('only these datasets count'),
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

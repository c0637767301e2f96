/** The parameters of /api/datasets, declared once. */
import { type DatasetKey, parseId } from '../../base/dataset-id.ts';
import { canonicalUuid } from '../../base/uuid.ts';
import { ids } from '../common/selection-parameters.ts';
import { plainText } from '../dali/declare.ts';
import { badValue, type Defaulted, type Parameter, readInSteps } from '../dali/parameter.ts';
import { planes as namedPlanes } from '../soda/planes.ts';
import { idListSteps } from './id-list.ts';

const text = { datatype: 'char', arraysize: '*', multiplicity: 'optional' } as const;

/** Parts of the URL. */
export const urlParts: readonly Parameter<string>[] = [
  {
    ...{ ...text, name: 'REPO', multiplicity: 'required', maxLength: 64 },
    description: 'Release label, as `repo` of the ID.',
    example: 'sample',
    parse: (value) => plainText('REPO', value),
  },
  {
    ...{ ...text, name: 'UUID', multiplicity: 'required', maxLength: 36 },
    description: 'UUID of the dataset, as `id` of the ID.',
    example: '00000000-0000-5000-8000-000000000000',
    parse: (value) => canonicalUuid(value) ?? badUuid(value),
  },
];

function badUuid(value: string): never {
  throw badValue('UUID', value, 'a UUID');
}

const plane: Parameter<string> = {
  ...{ ...text, name: 'PLANE', ucd: 'meta.id', maxLength: 80 },
  description:
    'The file that holds this plane, where a dataset has several files: the EXTNAME of its HDU, or image, mask, variance, weight, sigma. Default: the file of the image. For pixels of a plane and nothing else: PLANES.',
  example: 'mask',
  parse: (value) => plainText('PLANE', value),
};

const planes: Parameter<readonly string[]> = {
  ...namedPlanes,
  description:
    'Instead of the file: whole planes by name as one FITS file, a cutout without a region. EXTNAMEs of the file, or IMAGE, MASK, VARIANCE, WEIGHT, SIGMA, separated by commas.',
  example: 'image,mask',
};

export const fileParameters = { plane, planes } as const;

export type HeaderFormat = 'json' | 'text';

const headerFormats: Readonly<Record<string, HeaderFormat>> = {
  json: 'json',
  'application/json': 'json',
  text: 'text',
  'text/plain': 'text',
};

const headerFormat: Defaulted<HeaderFormat> = {
  ...{ ...text, name: 'RESPONSEFORMAT', ucd: 'meta.code.mime', maxLength: 64 },
  values: Object.keys(headerFormats),
  default: 'json',
  description:
    'json: a list of HDUs, each with its cards as keyword, value and comment. text: the cards as they stand, one a line. Without it text where the header Accept names text/plain, and neither JSON nor everything.',
  example: 'text',
  parse: (value) => {
    const format = headerFormats[value.trim().toLowerCase()];
    if (format) return format;
    throw badValue('RESPONSEFORMAT', value, `one of ${Object.keys(headerFormats).join(', ')}`);
  },
};

export const headerParameters = { headerFormat } as const;

/** Longest list of IDs, characters. */
const LONGEST_LIST = 1_048_576;

const idList: Parameter<readonly DatasetKey[]> = {
  ...{ ...text, name: 'IDS', ucd: 'meta.id', maxLength: LONGEST_LIST, upload: true },
  description:
    'Publisher dataset identifiers in one value or an uploaded file: one a line, a JSON list of texts, or a VOTable with a column of them (ID, or obs_publisher_did, or the UCD meta.ref.url;meta.curation). A body of application/json is this value.',
  example: '["butler://sample/00000000-0000-5000-8000-000000000000"]',
  ...readInSteps((value) => idListSteps('IDS', value, parseId)),
};

const from: Parameter<string> = {
  ...{ ...text, name: 'FROM', ucd: 'meta.id', maxLength: 100 },
  description:
    'Name of a member: the archive begins with it, byte for byte as it would go on there. For a client that has all members before it.',
  example: 'image.fits',
  parse: (value) => plainText('FROM', value),
};

export const packParameters = {
  ids: ids('the files of each are packed'),
  idList,
  from,
} as const;

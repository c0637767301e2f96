/** PLANES: planes by name instead of by CUTOUTDETAIL. */
import { plainText } from '../dali/declare.ts';
import { badValue, type Parameter } from '../dali/parameter.ts';

const expected = 'names of planes, separated by commas,';
const maxPlanes = 64;

export const planes: Parameter<readonly string[]> = {
  name: 'PLANES',
  ucd: 'meta.id',
  ...({ datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 4096 } as const),
  description:
    'Planes by name, instead of CUTOUTDETAIL: EXTNAMEs of the file, or IMAGE, MASK, VARIANCE, WEIGHT, SIGMA, separated by commas. The case of letters counts only if two names differ in nothing else. A name that the dataset does not have is an error that lists those it has.',
  example: 'SCI,ERR,DQ',
  parse: (text) => {
    const names = plainText('PLANES', text)
      .split(',')
      .map((name) => name.trim());
    if (names.includes('') || names.length > maxPlanes) throw badValue('PLANES', text, expected);
    return names;
  },
};

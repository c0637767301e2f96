/** Parameters of colour pictures. */
import { clip } from '../../base/clip.ts';
import { number } from '../dali/declare.ts';
import { badValue, type Defaulted, type Parameter } from '../dali/parameter.ts';

/** Bands that are shown as red, green and blue. */
export type RgbBands = readonly [red: string, green: string, blue: string];

/** A colour picture: bands, and how brightness becomes colour. */
export interface Colour {
  readonly bands: RgbBands;
  /** In the unit of the pixels; absent: 10 times the noise. */
  readonly stretch?: number;
  readonly q: number;
}

const expectedBands = 'three band names (such as i,r,g)';

const rgb: Parameter<RgbBands> = {
  name: 'RGB',
  ucd: 'instr.bandpass',
  ...{ datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 64 },
  description:
    'Three bands for a colour picture (Lupton et al. 2004), in the order red, green, blue. Needs RESPONSEFORMAT=image/png, image/jpeg or image/webp. Each band is a mosaic on the grid of the first.',
  example: 'i,r,g',
  parse: (text) => {
    const names = text.split(/[\s,]+/).filter((name) => name !== '');
    const [red, green, blue, ...more] = names;
    if (red === undefined || green === undefined || blue === undefined || more.length > 0)
      throw badValue('RGB', text, expectedBands);
    const odd = names.find((name) => !/^[A-Za-z][\w.-]{0,15}$/.test(name));
    if (odd !== undefined)
      throw badValue('RGB', text, expectedBands, { why: `'${clip(odd, 20)}' is not a band name` });
    return [red, green, blue];
  },
};

const stretches = ['asinh', 'linear', 'sqrt', 'log'] as const;
/** A curve from black to white. */
export type Stretch = (typeof stretches)[number];
const bounds = { min: 1e-30, max: 1e30 };

const ofColour = number(
  { name: 'STRETCH', bounds, description: '', example: '50' },
  `the unit of the pixels, with RGB; else ${stretches.join(', ')}`,
);

const stretch: Parameter<number | Stretch> = {
  name: 'STRETCH',
  ucd: 'meta.code',
  ...{ datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 64 },
  description:
    'Grey pictures: the curve from black to white, asinh (default), linear, sqrt or log. Colour pictures: a number, the brightness above the sky, in the unit of the pixels, up to which the stretch is about linear; default: 10 times the noise.',
  example: 'sqrt',
  parse: (text) => stretches.find((name) => name === text.trim().toLowerCase()) ?? ofColour.parse(text),
};

const q: Defaulted<number> = number({
  name: 'Q',
  bounds: { min: 0, max: 1e10 },
  default: '8',
  description:
    'Colour pictures: how soon the stretch changes from linear to logarithmic; 0 is almost linear.',
  example: '8',
});

export const colourParameters = { rgb, stretch, q } as const;

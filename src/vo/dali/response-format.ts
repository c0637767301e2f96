/** RESPONSEFORMAT: a media type (RFC 9110) or one of DALI's short names. */
import { MIMEType } from 'node:util';
import { badValue, type Defaulted } from './parameter.ts';

export const formats = ['fits', 'png', 'jpeg', 'webp'] as const;
export type Format = (typeof formats)[number];

export type PictureFormat = Exclude<Format, 'fits'>;

/** The media type an answer of each format has. */
export const mediaTypes: Readonly<Record<Format, string>> = {
  fits: 'application/fits',
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
};

/** All of them, the default first. */
export const imageTypes = [mediaTypes.fits, mediaTypes.png, mediaTypes.jpeg, mediaTypes.webp] as const;

const expected = `one of ${[...Object.values(mediaTypes), ...formats].join(', ')}`;

/** Short names and media types compare without regard to case. Parameters of a media type are refused: none would be kept. */
export function parseFormat(text: string): Format {
  const wrong = (why: string) => badValue('RESPONSEFORMAT', text, expected, { why });
  const trimmed = text.trim();
  const short = formats.find((format) => format === trimmed.toLowerCase());
  if (short) return short;
  let type: MIMEType;
  try {
    type = new MIMEType(trimmed);
  } catch {
    throw wrong('it is not a media type');
  }
  const format = formats.find((name) => mediaTypes[name] === type.essence);
  if (!format) {
    throw wrong(
      type.essence === 'image/fits'
        ? 'image/fits requires the image in the primary HDU'
        : 'this format is not offered',
    );
  }
  if ([...type.params].length) throw wrong('a media type with parameters is not offered');
  return format;
}

/** FITS or a picture. */
export const imageFormat: Defaulted<Format> = {
  name: 'RESPONSEFORMAT',
  ucd: 'meta.code.mime',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'optional',
  values: [...Object.values(mediaTypes), ...Object.keys(mediaTypes)],
  default: mediaTypes.fits,
  maxLength: 256,
  description: 'Format of the answer: FITS, or a picture with an asinh stretch; media type or short name.',
  example: 'image/png',
  parse: parseFormat,
};

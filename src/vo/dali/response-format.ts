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

const shape = `one of ${Object.values(mediaTypes).join(', ')} or ${formats.join(', ')} is right`;

/** Short names and media types compare without regard to case. Parameters of a media type are refused: none would be kept. */
export function parseFormat(text: string): Format {
  const trimmed = text.trim();
  const short = formats.find((format) => format === trimmed.toLowerCase());
  if (short) return short;
  let type: MIMEType;
  try {
    type = new MIMEType(trimmed);
  } catch {
    throw badValue('RESPONSEFORMAT', text, `it is no media type; ${shape}`);
  }
  const format = formats.find((name) => mediaTypes[name] === type.essence);
  if (!format) {
    const why =
      type.essence === 'image/fits'
        ? 'image/fits promises the image in the primary HDU'
        : 'it is not offered';
    throw badValue('RESPONSEFORMAT', text, `${why}; ${shape}`);
  }
  if ([...type.params].length)
    throw badValue('RESPONSEFORMAT', text, `media type parameters are not offered; ${shape}`);
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
  description: 'FITS, or a picture with an asinh stretch, by media type or short name.',
  example: 'image/png',
  parse: parseFormat,
};

/** Positions as people write them on the command line, turned into the degrees that services take. */
import { clip } from '../base/clip.ts';
import { usageError } from '../base/errors.ts';

/** `10:00:42.3`, `10h00m42.3s`, `+02:12:21`, `-2d12m21s`. */
const TRIPLE = /^([+-]?)(\d{1,3})([:hd])(\d{1,2})[:m'](\d{1,2}(?:\.\d{0,20})?)[s"]?$/i;

function degreesOf(word: string, isLongitude: boolean, option: string): string {
  const [, sign = '', whole = '', mark = '', minutes = '', seconds = ''] = TRIPLE.exec(word) ?? [];
  if (whole === '') return word;
  const isHours = mark.toLowerCase() === 'h' || (mark === ':' && isLongitude);
  const fits =
    Number(minutes) < 60 && Number(seconds) < 60 && (isHours ? Number(whole) < 24 && sign !== '-' : true);
  if (!fits || (isHours && !isLongitude)) {
    const what = isLongitude ? 'hours, minutes and seconds' : 'degrees, minutes and seconds';
    throw usageError('BAD_VALUE', `expected ${what} for ${option}, received '${clip(word)}'`);
  }
  const value = (Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600) * (isHours ? 15 : 1);
  return `${sign === '-' ? '-' : ''}${Number(value.toFixed(12))}`;
}

/**
 * Replaces sexagesimal numbers in a text of longitudes and latitudes. With colons a longitude is in hours; what is no such
 * number stays as it is. `first`: whether the first number is a longitude.
 */
export function inDegrees(
  text: string,
  option: string,
  first: 'longitude' | 'latitude' = 'longitude',
): string {
  if (!/[:hd']/i.test(text)) return text;
  const words = text.trim().split(/[\s,]+/);
  const isRange = /^range$/i.test(words[0] ?? '');
  const keyword = /^[a-z]+$/i.test(words[0] ?? '') ? 1 : 0;
  return words
    .map((word, n) => {
      const at = n - keyword;
      const isLongitude = isRange ? at < 2 : at % 2 === (first === 'longitude' ? 0 : 1);
      return at < 0 ? word : degreesOf(word, isLongitude, option);
    })
    .join(' ');
}

/** `ra dec` in ICRS degrees, or in hours and degrees with colons. Throws VignetError usage BAD_VALUE. */
export function position(text: string, option: string): [ra: number, dec: number] {
  const [ra, dec, ...rest] = inDegrees(text, option)
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  if (
    ra !== undefined &&
    dec !== undefined &&
    rest.length === 0 &&
    Number.isFinite(ra) &&
    Math.abs(dec) <= 90
  )
    return [ra, dec];
  const expected = '"ra dec" (ICRS degrees, or 10:00:42.3 +02:12:21)';
  throw usageError('BAD_VALUE', `expected ${expected} for ${option}, received '${clip(text)}'`);
}

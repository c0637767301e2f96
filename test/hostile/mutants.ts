// FITS files in which some things are not as they should be: cards that lie, descriptors that lead elsewhere, noise, pieces that are missing.
import fc from 'fast-check';
import { card } from '../support/fits.ts';

const BLOCK = 2880;

const numbers = ['0', '-1', '1', '2', '3', '7', '99', '999', '65536', '2147483647', '2147483648', '-2147483648', '4294967296', '9223372036854775807', '-9223372036854775808', '18446744073709551616', '1E308', '1E400', '1.0E-320', '-0.0', '0.5', 'T', 'F', '', "'x'", "'unclosed", 'NaN', '(1,2)', '1E', '--1', '1 2']; // biome-ignore format: a list
const words: Readonly<Record<string, readonly string[]>> = {
  ZCMPTYPE: ['RICE_1', 'GZIP_1', 'GZIP_2', 'PLIO_1', 'HCOMPRESS_1', 'NOCOMPRESS', 'X', ''],
  ZQUANTIZ: ['NO_DITHER', 'SUBTRACTIVE_DITHER_1', 'SUBTRACTIVE_DITHER_2', 'X'],
  CTYPE1: ['RA---TAN', 'RA---TAN-SIP', 'RA---TPV', 'RA---TNX', 'RA---HPX', 'RA---COE', 'RA---AZP', 'RA---TAB', 'GLON-CAR', 'FREQ-LOG', 'DEC--TAN', ''], // biome-ignore format: a list
  CTYPE2: [
    'DEC--TAN',
    'DEC--TPV',
    'DEC--TNX',
    'DEC--HPX',
    'DEC--COE',
    'DEC--AZP',
    'GLAT-CAR',
    'RA---TAN',
    '',
  ],
  RADESYS: ['ICRS', 'FK5', 'FK4', 'X'],
  CUNIT1: ['deg', 'arcsec', 'm', 'deg**99999999'],
  XTENSION: ['IMAGE', 'BINTABLE', 'TABLE', 'FOREIGN'],
  EXTNAME: ['IMAGE', 'MASK', 'VARIANCE', 'COMPRESSED_IMAGE', ''],
  TTYPE1: ['COMPRESSED_DATA', 'GZIP_COMPRESSED_DATA', 'ZSCALE'],
  TFORM1: ['1PB(0)', '1QB', '1PI', '0PB', '99999999999A', '-1J', '1QK(9223372036854775807)'],
  BUNIT: ['nJy', 'adu', ''],
  'DATE-OBS': ['2020-02-30T25:61:61', '9999999999', '2020-01-01'],
};
const keywords = ['NAXIS', 'NAXIS1', 'NAXIS2', 'NAXIS3', 'BITPIX', 'PCOUNT', 'GCOUNT', 'TFIELDS', 'THEAP', 'ZNAXIS', 'ZNAXIS1', 'ZNAXIS2', 'ZBITPIX', 'ZTILE1', 'ZTILE2', 'ZVAL1', 'ZBLANK', 'BLANK', 'ZSCALE', 'ZZERO', 'BSCALE', 'BZERO', 'CRPIX1', 'CRPIX2', 'CRVAL1', 'CRVAL2', 'CD1_1', 'CD1_2', 'CD2_1', 'CD2_2', 'CDELT1', 'CDELT2', 'LONPOLE', 'LATPOLE', 'EQUINOX', 'WCSAXES', 'A_ORDER', 'A_2_0', 'B_ORDER', 'AP_ORDER', 'PV1_1', 'PV2_1', 'PV1_39', 'LTV1', 'INDXADDR', 'JSONADDR', 'JSONSIZE', 'EXPTIME', 'MJD-OBS', 'MP_BAD', 'FLUXMAG0', 'ZDITHER0']; // biome-ignore format: a list

/** The cards of all headers of a file that is whole: those from a SIMPLE or XTENSION at the begin of a block up to END. */
function cardsOf(file: Buffer): number[] {
  const found: number[] = [];
  for (let block = 0; block + BLOCK <= file.length; block += BLOCK) {
    if (!/^(?:SIMPLE|XTENSION)/.test(file.toString('latin1', block, block + 8))) continue;
    for (let at = block; at + 80 <= file.length; at += 80) {
      found.push(at);
      if (file.toString('latin1', at, at + 8) === 'END     ') break;
    }
  }
  return found;
}

type Edit = (file: Buffer) => Buffer;

/** A place in a list or a file, evenly. */
const share = fc.integer({ min: 0, max: 2 ** 30 - 1 }).map((n) => n / 2 ** 30);

const setCard =
  (place: number, text: string): Edit =>
  (file) => {
    const cards = cardsOf(file);
    const at = cards[Math.floor(place * cards.length)];
    if (at !== undefined) file.write(text.padEnd(80).slice(0, 80), at, 'latin1');
    return file;
  };

const valueCard = (keyword: string, value: string) => `${keyword.padEnd(8)}= ${value.padStart(20)}`;

const edits: fc.Arbitrary<Edit> = fc.oneof(
  // A card with another value, in the place of any.
  {
    weight: 4,
    arbitrary: fc
      .tuple(share, fc.constantFrom(...keywords), fc.constantFrom(...numbers))
      .map(([place, keyword, value]) => setCard(place, valueCard(keyword, value))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(share, fc.constantFrom(...Object.entries(words)), fc.nat(20))
      .map(([place, [keyword, values], n]) => setCard(place, card(keyword, values[n % values.length] ?? ''))),
  },
  // The value of a card that is there.
  {
    weight: 5,
    arbitrary: fc.tuple(share, fc.constantFrom(...numbers)).map(
      ([place, value]): Edit =>
        (file) => {
          const cards = cardsOf(file);
          const at = cards[Math.floor(place * cards.length)] ?? 0;
          if (file.toString('latin1', at + 8, at + 10) === '= ')
            file.write(value.padStart(20), at + 10, 'latin1');
          return file;
        },
    ),
  },
  // Bytes of data: descriptors, tiles, pixels.
  {
    weight: 4,
    arbitrary: fc.tuple(share, fc.uint8Array({ minLength: 1, maxLength: 16 })).map(
      ([place, bytes]): Edit =>
        (file) => {
          Buffer.from(bytes).copy(file, Math.floor(place * file.length));
          return file;
        },
    ),
  },
  {
    weight: 1,
    arbitrary: share.map(
      (place): Edit =>
        (file) =>
          file.subarray(0, Math.floor(place * file.length)),
    ),
  },
  // A block or more of the file twice.
  {
    weight: 1,
    arbitrary: fc.tuple(share, fc.integer({ min: 1, max: 8 })).map(
      ([place, blocks]): Edit =>
        (file) => {
          const at = BLOCK * Math.floor((place * file.length) / BLOCK);
          return Buffer.concat([file.subarray(0, at + blocks * BLOCK), file.subarray(at)]);
        },
    ),
  },
);

/** Mutants of the seeds, of one to five changes. */
export function mutantsOf(seeds: readonly Buffer[]): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.nat(seeds.length - 1), fc.array(edits, { minLength: 1, maxLength: 5 }))
    .map(([seed, list]) => list.reduce((file, edit) => edit(Buffer.from(file)), seeds[seed] as Buffer));
}

/** A MOC as FITS (IVOA MOC 2.0, section 4.2): an empty primary HDU and a table of NUNIQ numbers. */
import type { Column } from '../../base/column.ts';
import { header, integer, logical, text } from '../../fits/cards.ts';
import { checksumCards } from '../../fits/checksum.ts';
import { wholeHdu, wholeTable } from '../../fits/whole-hdu.ts';

const column: Column = {
  name: 'UNIQ',
  type: 'int',
  required: true,
  description: 'HEALPix cell as 4 * 4^order + number',
};

const primary = [
  logical('SIMPLE', true, 'conforms to FITS'),
  integer('BITPIX', 8),
  integer('NAXIS', 0),
  logical('EXTEND', true),
  ...checksumCards,
];

/** `order`: of the smallest cells that the coverage was made of, 0 to 11: each NUNIQ number has less than 32 bits. */
export function mocFits(moc: Uint32Array, order: number, software: string): Uint8Array {
  const cards = [
    text('EXTNAME', 'MOC'),
    text('MOCVERS', '2.0', 'version of the MOC standard'),
    text('MOCDIM', 'SPACE', 'dimension'),
    text('ORDERING', 'NUNIQ', 'coding of the cells'),
    text('COORDSYS', 'C', 'ICRS'),
    integer('MOCORD_S', order, 'order of the smallest cells'),
    integer('MOCORDER', order, 'the same, as MOC 1.0 named it'),
    text('PIXTYPE', 'HEALPIX', 'HEALPix cells'),
    text('MOCTOOL', software.slice(0, 60)),
  ];
  const rows = Array.from(moc, (uniq) => [uniq]);
  return Buffer.concat([wholeHdu(header(primary), 0, () => undefined), wholeTable([column], rows, cards)]);
}

/** The stack as image HDUs: IMAGE (MASK, VARIANCE) of every row, EXTVER its number, then STATUS. */

import type { StackPart } from '../../addon/stack.ts';
import { isText, isWhole } from '../../base/cells.ts';
import { ascii, BLOCK, type Card, header, integer, longText, padded, real, text } from '../../fits/cards.ts';
import { addSum } from '../../fits/checksum.ts';
import { columns, type RowContext, type StackColumn, squared } from './columns.ts';
import type { StackForm, StackSection } from './form.ts';
import { maskCards, type Provenance, primaryCards, requestCards } from './header.ts';
import type { StackPlan } from './plan.ts';
import type { StackRow } from './row.ts';
import { statusHdu } from './status.ts';

export interface Plane {
  readonly name: 'IMAGE' | 'MASK' | 'VARIANCE';
  readonly part: 'image' | 'mask' | 'variance';
  readonly bitpix: number;
  readonly unit: string | undefined;
}

export function planesOf({ request, unit, maskBits }: StackPlan): Plane[] {
  const known = unit ?? undefined;
  const image = { name: 'IMAGE', part: 'image', bitpix: -32, unit: known } as const;
  if (request.detail === 'Image') return [image];
  const variance = {
    name: 'VARIANCE',
    part: 'variance',
    bitpix: -32,
    unit: known && squared(known),
  } as const;
  return [image, { name: 'MASK', part: 'mask', bitpix: maskBits, unit: undefined }, variance];
}

/** The linear WCS and what it is of; the other columns are only in the header of the image. */
const isShort = ({ name }: StackColumn) =>
  /^(C(TYPE|UNIT|RPIX|RVAL)\d|CD\d_\d|WCSAXES|RADESYS|WCSERR|ID|MJD_UTC)$/.test(name);

function cardsOf(column: StackColumn, row: StackRow, context: RowContext): Card[] {
  const cell = column.value(row, context);
  if (cell === null || cell === undefined || cell === '') return [];
  const said = (column.unit ? `[${column.unit}] ` : '') + column.description;
  if (typeof cell === 'string') return longText(column.name, cell, cell.length > 30 ? undefined : said);
  if (!Number.isFinite(cell)) return [];
  return [isWhole(column.type) ? integer(column.name, cell, said) : real(column.name, cell, said)];
}

/** Cards that the longest row of a plane may need: texts take one for every 33 characters, and one LONGSTRN. */
function mostCards(chosen: readonly StackColumn[], plan: StackPlan, context: RowContext): number {
  const texts = chosen.filter(isText);
  const longest = texts.map((column) =>
    plan.rows.reduce((most, row) => Math.max(most, String(column.value(row, context) ?? '').length), 0),
  );
  return 13 + chosen.length + longest.reduce((sum, length) => sum + Math.ceil(length / 33), 0);
}

export function mefForm(plan: StackPlan, provenance: Provenance, context: RowContext): StackForm {
  const { size, rows } = plan;
  const planes = planesOf(plan).map((plane) => {
    const chosen = plane.part === 'image' ? columns : columns.filter(isShort);
    const headerBytes = padded((mostCards(chosen, plan, context) + 1) * 80);
    const pixels = (Math.abs(plane.bitpix) / 8) * size * size;
    return { ...plane, chosen, headerBytes, pixels, bytes: headerBytes + padded(pixels) };
  });
  const rowBytes = planes.reduce((sum, { bytes }) => sum + bytes, 0);
  const status = statusHdu(plan, provenance, { columns: planes.map(({ name }) => `DSUM_${name}`) });

  /** Blank cards before END bring every header of a plane to the same length. */
  const headerOf = (
    { name, bitpix, unit, chosen, headerBytes }: (typeof planes)[number],
    row: StackRow,
    n: number,
  ) => {
    const cards = [
      text('XTENSION', 'IMAGE', 'image extension'),
      integer('BITPIX', bitpix),
      integer('NAXIS', 2),
      integer('NAXIS1', size),
      integer('NAXIS2', size),
      integer('PCOUNT', 0),
      integer('GCOUNT', 1),
      text('EXTNAME', name),
      integer('EXTVER', n + 1, 'row of the stack'),
      ...(unit ? [text('BUNIT', ascii(unit).slice(0, 40))] : []),
      ...chosen.filter((column) => column.name !== 'UNIT').flatMap((column) => cardsOf(column, row, context)),
    ];
    const longStringCards = cards.some((card) => card.startsWith('CONTINUE')) ? 1 : 0;
    const blanks = Math.max(0, (headerBytes - BLOCK) / 80 - cards.length - longStringCards);
    return header([...cards, ...new Array<string>(blanks).fill('')]);
  };

  const section: StackSection = {
    head: header([...primaryCards(provenance), ...requestCards(plan), ...maskCards(plan)]),
    rowBytes,
    padding: 0,
    row: (n, out, at) => {
      const row = rows[n];
      if (!row) throw new RangeError(`the stack has no row ${n}`);
      const parts: StackPart[] = [];
      planes.forEach((plane, k) => {
        const cards = headerOf(plane, row, n);
        if (k === 0) out.set(cards, at);
        else parts.push(cards);
        parts.push(plane.part, { zeros: padded(plane.pixels) - plane.pixels });
      });
      return { at: at + (planes[0]?.headerBytes ?? 0), parts };
    },
  };
  return {
    rows: rows.length,
    sections: [section],
    tailBytes: status.bytes,
    tally: () => {
      const sums: number[][] = [];
      return {
        look: (first, bytes) => {
          for (let n = 0; n * rowBytes < bytes.byteLength; n++) {
            let at = n * rowBytes;
            sums[first + n] = planes.map((plane) => {
              at += plane.bytes;
              return addSum(bytes.subarray(at - padded(plane.pixels), at));
            });
          }
        },
        tail: (failed) => status.write(failed, [], sums),
      };
    },
  };
}

/** The stack as one binary table with the stamps in vector columns, and STATUS after it. */

import { type Card, comment, header, padded, text } from '../../base/fits-cards.ts';
import { addSum, checksumCards, joinSums, sealHdu } from '../../base/fits-checksum.ts';
import { native } from '../../engine/native.ts';
import { type Cell, type Column, columns, NULL_INTEGER, type RowContext, squared } from './columns.ts';
import type { StackForm } from './form.ts';
import { flagCards, maskCards, type Provenance, primaryCards, requestCards } from './header.ts';
import type { StackPlan } from './plan.ts';
import { statusHdu } from './status.ts';
import { RowWriter, rowBytes, scalar, type TableColumn, tableCards, words } from './table.ts';

/** Answers up to this size are made whole and carry CHECKSUM and DATASUM. */
export const WHOLE_BYTES = 8 * 1048576;

/** Texts take the longest, rounded up so that numbers stay where 32-bit words begin. */
function widthOf(texts: readonly string[]): number {
  return 4 * Math.ceil(Math.max(1, ...texts.map((text) => text.length)) / 4);
}

function tableColumn(column: Column, texts: readonly string[]): TableColumn {
  const { name, unit, ucd, description, form } = column;
  const about = { name, unit, ucd, description };
  if (form === 'A') return words(widthOf(texts), about);
  return scalar(form, form === 'J' || form === 'K' ? { ...about, tnull: NULL_INTEGER } : about);
}

function write(writer: RowWriter, { form }: Column, cell: Cell, width: number): void {
  const number = typeof cell === 'number' ? cell : undefined;
  if (form === 'A') writer.text(cell == null ? '' : String(cell), width);
  else if (form === 'D') writer.double(number ?? Number.NaN);
  else if (form === 'E') writer.float(number ?? Number.NaN);
  else if (form === 'J') writer.int(number ?? NULL_INTEGER);
  else writer.long(number ?? NULL_INTEGER);
}

function recordColumns(unit: string | null): TableColumn[] {
  return native.stackRecord().columns.map(({ name, tform, imageUnit, ucd, description }) => ({
    ...scalar(tform.endsWith('J') ? 'J' : 'E', { name, ucd, description }),
    unit: imageUnit ? (unit ?? undefined) : undefined,
  }));
}

function pixelColumns({ request, size, unit, maskBits }: StackPlan): TableColumn[] {
  const tdim = `(${size},${size})`;
  const area = size * size;
  const known = unit ?? undefined;
  const image: TableColumn = {
    name: 'IMAGE',
    tform: `${area}E`,
    bytes: 4 * area,
    tdim,
    unit: known,
    ucd: 'phot.flux;arith.map',
    description: 'Stamp; NaN where there are no data',
  };
  if (request.detail === 'Image') return [image];
  const wide = maskBits === 64;
  return [
    image,
    {
      name: 'MASK',
      tform: `${area}${wide ? 'K' : 'J'}`,
      bytes: (wide ? 8 : 4) * area,
      tdim,
      ucd: 'meta.code.qual',
      description: 'Bits: see MP_ cards',
    },
    {
      ...image,
      name: 'VARIANCE',
      unit: known && squared(known),
      ucd: 'stat.variance;phot.flux',
      description: 'Variance of IMAGE; NaN where there is none',
    },
  ];
}

const notes = [
  'Pixels of X_STAMP to Y0 count from 0 at the centre of the first pixel; CRPIX from 1.',
  'NULL is NaN in floating columns, TNULL in whole numbers, nothing in text.',
  'Outside an image IMAGE and VARIANCE are NaN and MASK has NO_DATA. Rows that could not be read are named in HDU STATUS.',
];

export function tableForm(plan: StackPlan, provenance: Provenance, context: RowContext): StackForm {
  // Made once: links take their time.
  const texts = columns.map((column) =>
    column.form === 'A' ? plan.rows.map((row) => String(column.value(row, context) ?? '')) : [],
  );
  const heads = columns.map((column, i) => tableColumn(column, texts[i] ?? []));
  const all = [...heads, ...recordColumns(plan.unit), ...pixelColumns(plan)];
  const bytes = rowBytes(all);
  const masked = plan.request.detail === 'MaskedImage';
  const dataBytes = padded(bytes * plan.rows.length);
  const primary = header(primaryCards(provenance));
  const cards: Card[] = [
    ...tableCards(all, plan.rows.length),
    text('EXTNAME', 'STACK'),
    ...requestCards(plan),
    ...maskCards(plan),
    ...flagCards(),
    ...notes.flatMap(comment),
  ];
  const status = statusHdu(plan, provenance);
  const whole =
    primary.length + header([...cards, ...checksumCards]).length + dataBytes + status.bytes <= WHOLE_BYTES;
  const top = header(whole ? [...cards, ...checksumCards] : cards);
  const parts = ['record', 'image', ...(masked ? (['mask', 'variance'] as const) : [])] as const;
  return {
    rows: plan.rows.length,
    sections: [
      {
        head: Buffer.concat([primary, top]),
        rowBytes: bytes,
        padding: dataBytes - bytes * plan.rows.length,
        row: (n, out, at) => {
          const row = plan.rows[n];
          if (!row) throw new RangeError(`the stack has no row ${n}`);
          const writer = new RowWriter(out, at);
          columns.forEach((column, i) => {
            const cell = column.form === 'A' ? texts[i]?.[n] : column.value(row, context);
            write(writer, column, cell, heads[i]?.bytes ?? 0);
          });
          return { at: writer.at, parts };
        },
      },
    ],
    tailBytes: status.bytes,
    tally: () => {
      let sum = 0;
      return {
        look: (_first, rows) => {
          sum = joinSums(sum, addSum(rows));
        },
        tail: (failed) => status.write(failed, sum),
      };
    },
    ...(whole && {
      seal: (answer: Uint8Array) => sealHdu(answer.subarray(primary.length, -status.bytes), top.length),
    }),
  };
}

/** The stack as one binary table with the stamps in vector columns, and STATUS after it. */

import { native } from '../../addon/addon.ts';
import { ByteWriter } from '../../base/byte-writer.ts';
import type { Column } from '../../base/column.ts';
import { type Card, comment, header, padded, text } from '../../fits/cards.ts';
import { addSum, checksumCards, joinSums } from '../../fits/checksum.ts';
import { rowBytes, tableCards } from '../../fits/table.ts';
import { columns, type RowContext, squared } from './columns.ts';
import type { StackForm } from './form.ts';
import { flagCards, maskCards, type Provenance, primaryCards, requestCards } from './header.ts';
import type { StackPlan } from './plan.ts';
import { rowCells } from './row-cells.ts';
import { statusHdu } from './status.ts';

/** Answers up to this size are made whole and carry CHECKSUM and DATASUM. */
export const WHOLE_BYTES = 8 * 1048576;

function recordColumns(unit: string | null): Column[] {
  return native.stackRecord().columns.map(({ imageUnit, ...column }) => ({
    ...column,
    unit: imageUnit ? (unit ?? undefined) : column.unit,
  }));
}

function pixelColumns({ request, size, unit, maskBits }: StackPlan): Column[] {
  const shape = [size, size];
  const known = unit ?? undefined;
  const image: Column = {
    name: 'IMAGE',
    type: 'float',
    shape,
    unit: known,
    ucd: 'phot.flux;arith.map',
    description: 'Stamp; NaN where there are no data',
  };
  if (request.detail === 'Image') return [image];
  return [
    image,
    {
      name: 'MASK',
      type: maskBits === 64 ? 'long' : 'int',
      shape,
      required: true,
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
  const cells = rowCells(plan, columns, context);
  const all = [...cells.columns, ...recordColumns(plan.unit), ...pixelColumns(plan)];
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
  const status = statusHdu(plan, provenance, { cards: [['DSUMPREV', 'the HDU before this one']] });
  const sealed = header([...cards, ...checksumCards]);
  const whole = primary.length + sealed.length + dataBytes + status.bytes <= WHOLE_BYTES;
  const top = whole ? sealed : header(cards);
  const parts = ['record', 'image', ...(masked ? (['mask', 'variance'] as const) : [])] as const;
  return {
    rows: plan.rows.length,
    sections: [
      {
        head: Buffer.concat([primary, top]),
        rowBytes: bytes,
        padding: dataBytes - bytes * plan.rows.length,
        row: (n, out, at) => {
          const writer = new ByteWriter(out, at);
          cells.write(n, writer);
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
        tail: (failed) => status.write(failed, [sum]),
      };
    },
    ...(whole && {
      seal: (answer: Uint8Array) =>
        native.sealHdu(answer.subarray(primary.length, -status.bytes), top.length),
    }),
  };
}

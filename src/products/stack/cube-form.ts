/** The stack as image cubes on a common grid, one slice an observation, with an axis of time; the rows; STATUS. */

import { native } from '../../addon/addon.ts';
import type { Column } from '../../base/column.ts';
import { ascii, type Card, comment, header, integer, padded, real, text } from '../../fits/cards.ts';
import { addSum, checksumCards, joinSums } from '../../fits/checksum.ts';
import { rowBytes, tableCards } from '../../fits/table.ts';
import { wholeHdu, wholeTable } from '../../fits/whole-hdu.ts';
import { columns, type RowContext, type StackColumn } from './columns.ts';
import type { StackForm, StackSection } from './form.ts';
import { skyCards } from './grid-cards.ts';
import { maskCards, type Provenance, primaryCards, requestCards } from './header.ts';
import { type Plane, planesOf } from './mef-form.ts';
import type { StackPlan } from './plan.ts';
import { rowCells } from './row-cells.ts';
import { statusHdu } from './status.ts';
import { WHOLE_BYTES } from './table-form.ts';

/** EXTNAME and column of the times of the slices. */
const TIMES = 'TIMES';
const TIME = 'TIME';

/**
 * A lookup axis (FITS 4.0, 8.1 and table 26): slice k has the k-th time of an array in a table. Without slices there is nothing to look up.
 */
function timeCards({ rows }: StackPlan): Card[] {
  if (rows.length === 0) return [];
  return [
    text('CTYPE3', 'TIME-TAB', 'looked up in a table'),
    text('CUNIT3', 'd'),
    real('CRPIX3', 1),
    real('CRVAL3', 1),
    real('CDELT3', 1),
    text('PS3_0', TIMES, 'EXTNAME of the table'),
    text('PS3_1', TIME, 'its column'),
    integer('PV3_1', 1, 'its EXTVER'),
    integer('PV3_2', 1, 'its EXTLEVEL'),
    integer('PV3_3', 1, 'axis of the array'),
  ];
}

const timeSystem: readonly Card[] = [
  text('TIMESYS', 'UTC'),
  real('MJDREF', 0, '[d] times are MJD'),
  text('TIMEUNIT', 'd'),
  text('TREFPOS', 'TOPOCENTER'),
];

function cubeCards({ name, bitpix, unit }: Plane, plan: StackPlan): Card[] {
  const { size, rows } = plan;
  return [
    text('XTENSION', 'IMAGE', 'image extension'),
    integer('BITPIX', bitpix),
    integer('NAXIS', 3),
    integer('NAXIS1', size),
    integer('NAXIS2', size),
    integer('NAXIS3', rows.length, 'observations'),
    integer('PCOUNT', 0),
    integer('GCOUNT', 1),
    text('EXTNAME', name),
    ...(unit ? [text('BUNIT', ascii(unit).slice(0, 40))] : []),
    integer('WCSAXES', rows.length > 0 ? 3 : 2),
    ...skyCards(plan),
    ...timeCards(plan),
    ...timeSystem,
  ];
}

/** The middles of the exposures, MJD UTC, as one array in one cell. */
function timesHdu({ rows }: StackPlan): Uint8Array {
  const column: Column = {
    name: TIME,
    type: 'double',
    shape: [1, rows.length],
    unit: 'd',
    ucd: 'time.epoch',
    description: 'Middle of the exposure of each slice, MJD, UTC',
  };
  const cards = [text('EXTNAME', TIMES), integer('EXTVER', 1), integer('EXTLEVEL', 1), ...timeSystem];
  return wholeTable([column], [[rows.map(({ utc }) => utc ?? Number.NaN)]], cards);
}

/** What is known of the observations but for their own pixels and coordinates. */
const isOfGrid = ({ name }: StackColumn) =>
  /^(ID|VISIT|DETECTOR|BAND|FILTER|MJD_TAI|MJD_UTC|BJD_TDB|EXPTIME|RA|DEC|[XY]_PARENT|ON_IMAGE|UNIT|FLUXSCAL|FLUXSERR|PSF_FWHM|AIRMASS|CUTOUT)$/.test(
    name,
  );

function rowsHdu(plan: StackPlan, context: RowContext): Uint8Array {
  const cells = rowCells(plan, columns.filter(isOfGrid), context);
  const top = header([
    ...tableCards(cells.columns, plan.rows.length),
    text('EXTNAME', 'ROWS'),
    ...comment('Row n is slice n of the cubes. Pixels of X_PARENT and Y_PARENT count from 0.'),
    ...checksumCards,
  ]);
  return wholeHdu(top, rowBytes(cells.columns) * plan.rows.length, (out) => {
    for (let n = 0; n < plan.rows.length; n++) cells.write(n, out);
  });
}

export function cubeForm(plan: StackPlan, provenance: Provenance, context: RowContext): StackForm {
  const { size, rows } = plan;
  const planes = planesOf(plan);
  const primary = header([...primaryCards(provenance), ...requestCards(plan), ...maskCards(plan)]);
  const tables = Buffer.concat([timesHdu(plan), rowsHdu(plan, context)]);
  const status = statusHdu(plan, provenance, {
    cards: planes.map(({ name }, n) => [`DSUM${n + 1}`, `HDU ${n + 1}, ${name}`]),
  });
  const sliceBytes = ({ bitpix }: Plane) => (Math.abs(bitpix) / 8) * size * size;
  const dataBytes = (plane: Plane) => padded(sliceBytes(plane) * rows.length);
  const tops = (more: readonly Card[]) => planes.map((plane) => header([...cubeCards(plane, plan), ...more]));
  const sumOf = (all: readonly Uint8Array[]) => all.reduce((sum, one) => sum + one.length, 0);
  const pixels = planes.reduce((sum, plane) => sum + dataBytes(plane), 0);
  const tailBytes = tables.length + status.bytes;
  const whole = primary.length + sumOf(tops(checksumCards)) + pixels + tailBytes <= WHOLE_BYTES;
  const heads = tops(whole ? checksumCards : []);
  const sections = planes.map((plane, n): StackSection => {
    const top = heads[n] as Uint8Array;
    const rowBytes = sliceBytes(plane);
    return {
      head: n === 0 ? Buffer.concat([primary, top]) : top,
      rowBytes,
      padding: dataBytes(plane) - rowBytes * rows.length,
      row: (_n, _out, at) => ({ at, parts: [plane.part] }),
    };
  });
  return {
    rows: rows.length,
    sections,
    tailBytes,
    tally: () => {
      const sums = planes.map(() => 0);
      return {
        look: (_first, bytes, section) => {
          sums[section] = joinSums(sums[section] ?? 0, addSum(bytes));
        },
        tail: (failed) => Buffer.concat([tables, status.write(failed, sums)]),
      };
    },
    ...(whole && {
      seal: (answer: Uint8Array) => {
        let at = primary.length;
        planes.forEach((plane, n) => {
          const top = heads[n] as Uint8Array;
          const end = at + top.length + dataBytes(plane);
          native.sealHdu(answer.subarray(at, end), top.length);
          at = end;
        });
      },
    }),
  };
}

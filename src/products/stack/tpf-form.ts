/**
 * The stack as a target pixel file (Kepler Archive Manual 2.3.2, TESS Science Data Products Description 4): what lightkurve and its kin read.
 * Columns stand in the order of those files, for readers that count them.
 */

import { native } from '../../addon/addon.ts';
import { ByteWriter } from '../../base/byte-writer.ts';
import type { Column } from '../../base/column.ts';
import { type Card, comment, header, integer, padded, real, text } from '../../fits/cards.ts';
import { addSum, checksumCards, joinSums } from '../../fits/checksum.ts';
import { rowBytes, tableCards } from '../../fits/table.ts';
import { wholeHdu } from '../../fits/whole-hdu.ts';
import type { StackForm } from './form.ts';
import { gridAxes, skyCards } from './grid-cards.ts';
import { flagCards, type Provenance, primaryCards, requestCards } from './header.ts';
import type { StackPlan } from './plan.ts';
import type { StackRow } from './row.ts';
import { statusHdu } from './status.ts';
import { WHOLE_BYTES } from './table-form.ts';

/** TIME counts from here (BTJD, as TESS): readers know the name of the scale by this number. */
const BJD_REFERENCE = 2_457_000;
const MJD = 2_400_000.5;
const TT_MINUS_TAI = 32.184 / 86_400;
/** Counts that nobody knows. */
const NO_COUNTS = -1;

function columnsOf({ size, unit }: StackPlan): Column[] {
  const shape = [size, size];
  const known = unit ?? undefined;
  const image = (name: string, ucd: string, description: string): Column => ({
    ...{ name, type: 'float', shape, unit: known },
    ...{ ucd, description },
  });
  const shift = { type: 'float', unit: 'pix', ucd: 'pos.cartesian;arith.diff' } as const;
  return [
    {
      name: 'TIME',
      type: 'double',
      unit: 'd',
      ucd: 'time.epoch',
      description: 'Middle of the exposure at the barycentre, BJD (TDB) - 2457000',
    },
    {
      name: 'TIMECORR',
      type: 'float',
      unit: 'd',
      ucd: 'time.duration',
      description: 'Light time to the barycentre, which is in TIME',
    },
    {
      name: 'CADENCENO',
      type: 'int',
      required: true,
      ucd: 'meta.record',
      description: 'Number of the observation, from 1',
    },
    { name: 'RAW_CNTS', type: 'int', shape, null: NO_COUNTS, ucd: 'phot.count', description: 'Not known' },
    image('FLUX', 'phot.flux', 'Stamp on the common grid; NaN where there are no data'),
    image('FLUX_ERR', 'stat.error;phot.flux', 'Square root of its variance'),
    image('FLUX_BKG', 'instr.skyLevel', 'Not known: background is taken off as it is in the images'),
    image('FLUX_BKG_ERR', 'stat.error;instr.skyLevel', 'Not known'),
    {
      name: 'QUALITY',
      type: 'int',
      required: true,
      ucd: 'meta.code.qual',
      description: '128: no data, 64: cosmic ray; 65536 and up: FLAGS',
    },
    { name: 'POS_CORR1', ...shift, description: 'Shift of the target along columns: none' },
    { name: 'POS_CORR2', ...shift, description: 'Shift of the target along rows: none' },
  ];
}

/** Coordinates of the images in the vector columns, as keywords of each (FITS 4.0, table 22). */
function columnWcs(plan: StackPlan, columns: readonly Column[]): Card[] {
  const axes = gridAxes(plan);
  return columns.flatMap(({ shape }, at): Card[] => {
    if (shape === undefined) return [];
    const n = at + 1;
    const cards = axes.flatMap(({ ctype, cunit, crpix, crval, cdelt }, i) => [
      text(`${i + 1}CTYP${n}`, ctype),
      text(`${i + 1}CUNI${n}`, cunit),
      real(`${i + 1}CRPX${n}`, crpix),
      real(`${i + 1}CRVL${n}`, crval),
      real(`${i + 1}CDLT${n}`, cdelt),
      real(`${i + 1}CRV${n}P`, 0, 'first pixel of the stamp'),
    ]);
    return [...cards, real(`11PC${n}`, 1), real(`12PC${n}`, 0), real(`21PC${n}`, 0), real(`22PC${n}`, 1)];
  });
}

function primaryHdu(plan: StackPlan, provenance: Provenance): Uint8Array {
  const { target } = plan.request;
  const where =
    target.kind === 'fixed'
      ? [
          text('OBJECT', `${target.ra.toFixed(5)} ${target.dec.toFixed(5)}`, 'position of the target'),
          real('RA_OBJ', target.ra, '[deg] right ascension, ICRS'),
          real('DEC_OBJ', target.dec, '[deg] declination, ICRS'),
        ]
      : [text('OBJECT', 'moving target')];
  // What lightkurve.read goes by: MISSION where there is no TELESCOP, and `targetpixel` in CREATOR.
  const software = `${provenance.software} TargetPixelFile`;
  return header([
    ...primaryCards({ software }),
    text('ORIGIN', 'Vignet'),
    text('MISSION', 'TESS', 'the layout of this file, not its origin'),
    ...comment(
      'Readers of target pixel files go by MISSION. The images are those of the collections in COLLECT.',
    ),
    ...where,
    ...requestCards(plan),
  ]);
}

/** Where APFLUX of a stack is summed; the first bit is set of all pixels, the second of those in the aperture. */
function apertureHdu(plan: StackPlan): Uint8Array {
  const { size } = plan;
  const { apertureRadius: radius } = native.stackRecord();
  const top = header([
    text('XTENSION', 'IMAGE', 'image extension'),
    integer('BITPIX', 32),
    integer('NAXIS', 2),
    integer('NAXIS1', size),
    integer('NAXIS2', size),
    integer('PCOUNT', 0),
    integer('GCOUNT', 1),
    text('EXTNAME', 'APERTURE'),
    integer('WCSAXES', 2),
    ...skyCards(plan),
    ...comment(`1: collected; 2: within ${radius} pixels of the target.`),
    ...checksumCards,
  ]);
  const middle = Math.floor(size / 2);
  return wholeHdu(top, 4 * size * size, (out) => {
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) out.int(Math.hypot(x - middle, y - middle) <= radius ? 3 : 1);
  });
}

function timesOf({ bjd, tai }: StackRow): { time: number; light: number } {
  if (bjd === null || tai === null) return { time: Number.NaN, light: Number.NaN };
  return { time: bjd - BJD_REFERENCE, light: bjd - MJD - tai - TT_MINUS_TAI };
}

function tableHeader(plan: StackPlan, columns: readonly Column[], more: readonly Card[]): Uint8Array {
  const times = plan.rows.map((row) => timesOf(row).time).filter(Number.isFinite);
  const span =
    times.length > 0
      ? [
          real('TSTART', Math.min(...times), '[d] first TIME'),
          real('TSTOP', Math.max(...times), '[d] last TIME'),
        ]
      : [];
  return header([
    ...tableCards(columns, plan.rows.length),
    text('EXTNAME', 'TARGETTABLES'),
    text('TIMESYS', 'TDB', 'barycentric dynamical time'),
    text('TIMEREF', 'SOLARSYSTEM', 'barycentric correction applied'),
    text('TREFPOS', 'BARYCENTER'),
    text('TIMEUNIT', 'd'),
    integer('BJDREFI', BJD_REFERENCE, 'TIME counts from this BJD'),
    real('BJDREFF', 0),
    integer('JDREFI', BJD_REFERENCE),
    real('JDREFF', 0),
    ...span,
    text('RADESYS', 'ICRS'),
    ...columnWcs(plan, columns),
    ...flagCards(),
    ...comment('QUALITY: 128 where the target has no data, 64 with a cosmic ray, 65536 x FLAGS.'),
    ...more,
  ]);
}

export function tpfForm(plan: StackPlan, provenance: Provenance): StackForm {
  const { rows, size } = plan;
  const area = size * size;
  const columns = columnsOf(plan);
  const bytes = rowBytes(columns);
  const dataBytes = padded(bytes * rows.length);
  const primary = primaryHdu(plan, provenance);
  const aperture = apertureHdu(plan);
  const status = statusHdu(plan, provenance, { cards: [['DSUM1', 'HDU 1, TARGETTABLES']] });
  const tailBytes = aperture.length + status.bytes;
  const size0 = primary.length + tableHeader(plan, columns, checksumCards).length + dataBytes + tailBytes;
  const whole = size0 <= WHOLE_BYTES;
  const top = tableHeader(plan, columns, whole ? checksumCards : []);
  // On shared memory: sent to workers as it is, as often as there are rows.
  const unknown = new Uint8Array(new SharedArrayBuffer(2 * 4 * area));
  const view = new DataView(unknown.buffer);
  for (let at = 0; at < unknown.length; at += 4) view.setFloat32(at, Number.NaN);
  return {
    rows: rows.length,
    sections: [
      {
        head: Buffer.concat([primary, top]),
        rowBytes: bytes,
        padding: dataBytes - bytes * rows.length,
        row: (n, out, at) => {
          const row = rows[n];
          if (!row) throw new RangeError(`the stack has no row ${n}`);
          const { time, light } = timesOf(row);
          const writer = new ByteWriter(out, at);
          writer.double(time);
          writer.float(light);
          writer.int(n + 1);
          // Every bit of NO_COUNTS is set.
          out.fill(0xff, writer.at, writer.at + 4 * area);
          return { at: writer.at + 4 * area, parts: ['image', 'error', unknown, 'quality', { zeros: 8 }] };
        },
      },
    ],
    tailBytes,
    tally: () => {
      let sum = 0;
      return {
        look: (_first, filled) => {
          sum = joinSums(sum, addSum(filled));
        },
        tail: (failed) => Buffer.concat([aperture, status.write(failed, [sum])]),
      };
    },
    ...(whole && {
      seal: (answer: Uint8Array) => native.sealHdu(answer.subarray(primary.length, -tailBytes), top.length),
    }),
  };
}

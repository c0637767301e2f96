/** The tables of a mosaic: what went in, and what became of it. */

import { native } from '../../addon/addon.ts';
import type { MosaicFailure, MosaicPlacement } from '../../addon/mosaic.ts';
import { type Card, header, integer, padded, text } from '../../fits/cards.ts';
import { checksumCards } from '../../fits/checksum.ts';
import { RowWriter, rowBytes, scalar, type TableColumn, tableCards, words } from '../../fits/table.ts';
import type { MosaicInput } from '../select/mosaic-inputs.ts';

/** An input that has a part in the mosaic, or should have. */
export interface PlannedInput extends MosaicInput {
  readonly placement: MosaicPlacement;
  readonly scale: number;
}

/** How an input comes into the mosaic. */
export const methodOf = ({ placement: { box, shift } }: PlannedInput) =>
  !box ? 'none' : shift ? 'copy' : 'resample';

/** What is added to the scaled pixels of an input, and what they weigh against those of others. */
export interface Level {
  readonly offset: number;
  readonly weight: number;
}

/** Of whole numbers that are not known. */
const UNKNOWN = -1;
const VERSION = 24;
const METHOD = 8;
const STATE = 8;
const CODE = 24;
const REASON = 160;

/** A table HDU, its rows written by `fill`. */
function table(
  name: string,
  columns: readonly TableColumn[],
  rows: number,
  more: readonly Card[],
  fill: (writer: RowWriter) => void,
): Uint8Array {
  const top = header([...tableCards(columns, rows), text('EXTNAME', name), ...more, ...checksumCards]);
  const out = new Uint8Array(top.length + padded(rowBytes(columns) * rows));
  out.set(top);
  fill(new RowWriter(out, top.length));
  native.sealHdu(out, top.length);
  return out;
}

const whole = (name: string, description: string, unit?: string): TableColumn =>
  scalar('J', { name, description, tnull: UNKNOWN, ...(unit && { unit }) });
const number = scalar('J', {
  name: 'INPUT',
  description: 'Number of the input, from 1',
  tnull: 0,
  ucd: 'meta.record',
});

/** Boxes are half-open and 0-based, as those of cutouts. */
export function provenanceTable(inputs: readonly PlannedInput[], levels: readonly Level[]): Uint8Array {
  const width = (what: (input: PlannedInput) => string | null) =>
    4 * Math.ceil(Math.max(4, ...inputs.map((input) => (what(input) ?? '').length)) / 4);
  const idWidth = width(({ dataset }) => dataset.id);
  const bandWidth = width(({ dataset }) => dataset.band);
  const columns: TableColumn[] = [
    number,
    words(idWidth, { name: 'ID', description: 'Publisher ID of the dataset', ucd: 'meta.id;meta.dataset' }),
    words(VERSION, { name: 'VERSION', description: 'Version of the dataset', ucd: 'meta.version' }),
    whole('TRACT', 'Tract of the skymap'),
    whole('PATCH', 'Patch of the tract'),
    scalar('K', { name: 'VISIT', description: 'Visit', tnull: UNKNOWN }),
    whole('DETECTOR', 'Detector'),
    words(bandWidth, { name: 'BAND', description: 'Band', ucd: 'instr.bandpass' }),
    words(METHOD, { name: 'METHOD', description: 'copy, resample, or none' }),
    whole('X0', 'First column it may own, from 0', 'pixel'),
    whole('X1', 'Column after the last', 'pixel'),
    whole('Y0', 'First row it may own, from 0', 'pixel'),
    whole('Y1', 'Row after the last', 'pixel'),
    scalar('D', { name: 'WEIGHT', description: 'Weight of its pixels' }),
    scalar('D', { name: 'SCALE', description: 'Its pixels were multiplied by this' }),
    scalar('D', { name: 'OFFSET', description: 'and this was added' }),
  ];
  return table('PROVENANCE', columns, inputs.length, [], (writer) => {
    for (const [at, input] of inputs.entries()) {
      const { dataset, placement, scale } = input;
      const { patch, observation, band, id, version } = dataset;
      const { box } = placement;
      writer.int(at + 1);
      writer.text(id, idWidth);
      writer.text(version, VERSION);
      writer.int(patch?.tract ?? UNKNOWN);
      writer.int(patch?.patch ?? UNKNOWN);
      writer.long(observation.visit ?? UNKNOWN);
      writer.int(observation.detector ?? UNKNOWN);
      writer.text(band ?? '', bandWidth);
      writer.text(methodOf(input), METHOD);
      for (const side of [box?.x0, box?.x1, box?.y0, box?.y1]) writer.int(side ?? UNKNOWN);
      const { weight, offset } = levels[at] ?? { weight: 1, offset: 0 };
      for (const factor of [weight, scale, offset]) writer.double(factor);
    }
  });
}

/** DATASUM of an HDU that came before, by its number in the file (the primary is 0). */
export interface HduSum {
  readonly hdu: number;
  readonly name: string;
  readonly sum: number;
}

const columnsOfStatus = [
  number,
  words(STATE, { name: 'STATE', description: 'ok or failed', ucd: 'meta.code.status' }),
  words(CODE, { name: 'CODE', description: 'Why it failed, in a word', ucd: 'meta.code.error' }),
  words(REASON, { name: 'REASON', description: 'Why it failed', ucd: 'meta.note' }),
];

/** One row per planned input. Its size does not depend on what became of them. */
export function statusTable(
  inputs: readonly PlannedInput[],
  failures: readonly MosaicFailure[],
  sums: readonly HduSum[],
): Uint8Array {
  const byNumber = new Map(failures.map((failure) => [failure.number, failure]));
  const cards = [
    integer('NSUMS', sums.length, 'sums of HDUs before this one'),
    ...sums.map(({ hdu, name, sum }) => text(`DSUM${hdu}`, String(sum), `DATASUM of HDU ${hdu}, ${name}`)),
  ];
  return table('STATUS', columnsOfStatus, inputs.length, cards, (writer) => {
    for (const [at, { placement }] of inputs.entries()) {
      const failure = byNumber.get(at + 1);
      const code = failure?.code ?? placement.code ?? '';
      writer.int(at + 1);
      writer.text(code === '' ? 'ok' : 'failed', STATE);
      writer.text(code, CODE);
      writer.text(failure?.reason ?? placement.problem ?? '', REASON);
    }
  });
}

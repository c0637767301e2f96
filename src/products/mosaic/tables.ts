/** The tables of a mosaic: what went in, and what became of it. */

import type { MosaicFailure, MosaicPlacement } from '../../addon/mosaic.ts';
import type { Column } from '../../base/column.ts';
import type { Row } from '../../base/table.ts';
import { integer, text } from '../../fits/cards.ts';
import { wholeTableBytes, wholeTableSteps } from '../../fits/whole-hdu.ts';
import { type Outcome, outcomeCells, outcomeColumns } from '../answers/outcome-columns.ts';
import type { MosaicInput, UnreadInput } from '../select/mosaic-inputs.ts';

/** An input that has a part in the mosaic, or should have. */
export interface PlannedInput extends MosaicInput {
  readonly placement: MosaicPlacement;
  readonly scale: number;
}

/** What the tables list: inputs, then those that could not be read to see whether they are. */
export interface ListedInputs {
  readonly inputs: readonly PlannedInput[];
  readonly unread: readonly UnreadInput[];
}

const countOf = ({ inputs, unread }: ListedInputs) => inputs.length + unread.length;

/** How an input comes into the mosaic. */
export const methodOf = ({ placement: { box, shift } }: PlannedInput): 'none' | 'copy' | 'resample' =>
  !box ? 'none' : shift ? 'copy' : 'resample';

/** What is added to the scaled pixels of an input, and what they weigh against those of others. */
export interface Level {
  readonly offset: number;
  readonly weight: number;
}

/** Of whole numbers that are not known. */
const UNKNOWN = -1;
const VERSION = 24;

const whole = (name: string, description: string, unit?: string): Column => ({
  ...{ name, type: 'int', null: UNKNOWN, description, unit },
});
const words = (width: number, name: string, description: string, ucd?: string): Column => ({
  ...{ name, type: 'char', shape: [width], description, ucd },
});
const double = (name: string, description: string): Column => ({ name, type: 'double', description });
const number: Column = {
  name: 'INPUT',
  type: 'int',
  null: 0,
  ucd: 'meta.record',
  description: 'Number of the input, from 1',
};

/** Boxes are half-open and 0-based, as those of cutouts. */
function provenanceColumns({ inputs, unread }: ListedInputs): Column[] {
  const longest = (texts: readonly (string | null)[]) =>
    4 * Math.ceil(texts.reduce((most, one) => Math.max(most, one?.length ?? 0), 4) / 4);
  return [
    number,
    words(
      longest([...inputs.map(({ dataset }) => dataset.id), ...unread.map(({ id }) => id)]),
      'ID',
      'Publisher ID of the dataset',
      'meta.id;meta.dataset',
    ),
    words(VERSION, 'VERSION', 'Version of the dataset', 'meta.version'),
    whole('TRACT', 'Tract of the skymap'),
    whole('PATCH', 'Patch of the tract'),
    { name: 'VISIT', type: 'long', null: UNKNOWN, description: 'Visit' },
    whole('DETECTOR', 'Detector'),
    words(longest(inputs.map(({ dataset }) => dataset.band)), 'BAND', 'Band', 'instr.bandpass'),
    words(8, 'METHOD', 'copy, resample, or none'),
    whole('X0', 'First column it may own, from 0', 'pixel'),
    whole('X1', 'Column after the last', 'pixel'),
    whole('Y0', 'First row it may own, from 0', 'pixel'),
    whole('Y1', 'Row after the last', 'pixel'),
    double('WEIGHT', 'Weight of its pixels'),
    double('SCALE', 'Its pixels were multiplied by this'),
    double('OFFSET', 'and this was added, after resampling'),
  ];
}

function* provenanceRows({ inputs, unread }: ListedInputs, levels: readonly Level[]): Generator<Row> {
  for (const [at, input] of inputs.entries()) {
    const { dataset, placement, scale } = input;
    const { patch, observation, band, id, version } = dataset;
    const { box } = placement;
    const { weight, offset } = levels[at] ?? { weight: 1, offset: 0 };
    yield [
      ...[at + 1, id, version.slice(0, VERSION), patch?.tract, patch?.patch],
      ...[observation.visit, observation.detector, band, methodOf(input)],
      ...[box?.x0, box?.x1, box?.y0, box?.y1],
      ...[weight, scale, offset],
    ];
  }
  for (const [at, { id }] of unread.entries())
    yield [
      ...[inputs.length + at + 1, id, null, null, null],
      ...[null, null, null, 'none'],
      ...[null, null, null, null],
      ...[null, null, null],
    ];
}

const provenanceCards = [text('EXTNAME', 'PROVENANCE')];

export const provenanceSteps = (all: ListedInputs, levels: readonly Level[]) =>
  wholeTableSteps(provenanceColumns(all), provenanceRows(all, levels), countOf(all), provenanceCards);

/** Its bytes, which do not depend on the levels. */
export const provenanceBytes = (all: ListedInputs) =>
  wholeTableBytes(provenanceColumns(all), countOf(all), provenanceCards);

/** DATASUM of an HDU that came before, by its number in the file (the primary is 0). */
export interface HduSum {
  readonly hdu: number;
  readonly name: string;
  readonly sum: number;
}

/** What was seen when it was read, else when it was placed. */
export function outcomeOf({ placement }: PlannedInput, failure: MosaicFailure | undefined): Outcome {
  return {
    code: failure?.code ?? placement.code ?? '',
    reason: failure?.reason ?? placement.problem ?? '',
  };
}

const statusColumns = [number, ...outcomeColumns];

const statusCards = (sums: readonly HduSum[]) => [
  text('EXTNAME', 'STATUS'),
  integer('NSUMS', sums.length, 'sums of HDUs before this one'),
  ...sums.map(({ hdu, name, sum }) => text(`DSUM${hdu}`, String(sum), `DATASUM of HDU ${hdu}, ${name}`)),
];

function* statusRows(
  { inputs, unread }: ListedInputs,
  failures: ReadonlyMap<number, MosaicFailure>,
): Generator<Row> {
  for (const [at, input] of inputs.entries())
    yield [at + 1, ...outcomeCells(outcomeOf(input, failures.get(at + 1)))];
  for (const [at, { problem }] of unread.entries())
    yield [inputs.length + at + 1, ...outcomeCells({ code: problem.code, reason: problem.message })];
}

/** One row per input. `failures`: by the number of the input. */
export const statusSteps = (
  all: ListedInputs,
  failures: ReadonlyMap<number, MosaicFailure>,
  sums: readonly HduSum[],
) => wholeTableSteps(statusColumns, statusRows(all, failures), countOf(all), statusCards(sums));

/** Its bytes, which do not depend on what became of the inputs. */
export const statusBytes = (all: ListedInputs, sums: readonly HduSum[]) =>
  wholeTableBytes(statusColumns, countOf(all), statusCards(sums));

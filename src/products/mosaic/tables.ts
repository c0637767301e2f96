/** The tables of a mosaic: what went in, and what became of it. */

import type { MosaicFailure, MosaicPlacement } from '../../addon/mosaic.ts';
import type { Column } from '../../base/column.ts';
import type { Row } from '../../base/table.ts';
import { integer, text } from '../../fits/cards.ts';
import { wholeTableBytes, wholeTableSteps } from '../../fits/whole-hdu.ts';
import { type Outcome, outcomeCells, outcomeColumns } from '../answers/outcome-columns.ts';
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
function provenanceColumns(inputs: readonly PlannedInput[]): Column[] {
  const width = (what: (input: PlannedInput) => string | null) =>
    4 * Math.ceil(Math.max(4, ...inputs.map((input) => (what(input) ?? '').length)) / 4);
  return [
    number,
    words(
      width(({ dataset }) => dataset.id),
      'ID',
      'Publisher ID of the dataset',
      'meta.id;meta.dataset',
    ),
    words(VERSION, 'VERSION', 'Version of the dataset', 'meta.version'),
    whole('TRACT', 'Tract of the skymap'),
    whole('PATCH', 'Patch of the tract'),
    { name: 'VISIT', type: 'long', null: UNKNOWN, description: 'Visit' },
    whole('DETECTOR', 'Detector'),
    words(
      width(({ dataset }) => dataset.band),
      'BAND',
      'Band',
      'instr.bandpass',
    ),
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

function* provenanceRows(inputs: readonly PlannedInput[], levels: readonly Level[]): Generator<Row> {
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
}

const provenanceCards = [text('EXTNAME', 'PROVENANCE')];

export const provenanceSteps = (inputs: readonly PlannedInput[], levels: readonly Level[]) =>
  wholeTableSteps(provenanceColumns(inputs), provenanceRows(inputs, levels), inputs.length, provenanceCards);

/** Its bytes, which do not depend on the levels. */
export const provenanceBytes = (inputs: readonly PlannedInput[]) =>
  wholeTableBytes(provenanceColumns(inputs), inputs.length, provenanceCards);

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
  inputs: readonly PlannedInput[],
  failures: ReadonlyMap<number, MosaicFailure>,
): Generator<Row> {
  for (const [at, input] of inputs.entries())
    yield [at + 1, ...outcomeCells(outcomeOf(input, failures.get(at + 1)))];
}

/** One row per planned input. `failures`: by the number of the input. */
export const statusSteps = (
  inputs: readonly PlannedInput[],
  failures: ReadonlyMap<number, MosaicFailure>,
  sums: readonly HduSum[],
) => wholeTableSteps(statusColumns, statusRows(inputs, failures), inputs.length, statusCards(sums));

/** Its bytes, which do not depend on what became of the inputs. */
export const statusBytes = (inputs: readonly PlannedInput[], sums: readonly HduSum[]) =>
  wholeTableBytes(statusColumns, inputs.length, statusCards(sums));

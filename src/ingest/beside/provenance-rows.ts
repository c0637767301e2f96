/** What a file says of the run that made it, and of its inputs. */
import { canonicalUuid } from '../../base/uuid.ts';
import { type RowOf, rowFor } from '../../catalog/tables.ts';
import { textOf } from '../describe/cards.ts';
import type { Known } from './visit-rows.ts';

const INPUT = /^LSST BUTLER INPUT (\d{1,6}) (ID|DATASETTYPE)$/;

/** Cards that name a version, and of what. */
const VERSIONS = [
  ['PLVER', 'NOIRLab community pipeline'],
  ['CAL_VER', 'calibration pipeline'],
] as const;

/** The run that the Butler's card names. */
export function runRow({ row, cards }: Known): RowOf<'run'> | undefined {
  if (row.run === null) return undefined;
  const versions = VERSIONS.flatMap(([card, name]) => {
    const version = textOf(cards, card);
    return version === undefined ? [] : [[name, version]];
  });
  const software = versions.length === 0 ? null : JSON.stringify(Object.fromEntries(versions));
  return rowFor('run', { obs_collection: row.obs_collection, name: row.run, software });
}

type Input = RowOf<'dataset_input'>;

/** Inputs that the Butler's cards name, in their order, and then the images that a co-add says it was made from. */
export function inputRows(known: Known): Input[] {
  const { row, inputs = [] } = known;
  const images = inputs.map(({ visit, detector }) => ({
    role: 'exposure',
    named: `visit ${visit} detector ${detector}`,
    instrument: row.instrument_name,
    visit,
    detector,
  }));
  return [...namedByCards(known), ...images].map((input, position) =>
    rowFor('dataset_input', { output: row.uuid, position, ...input }),
  );
}

function namedByCards({ cards }: Known): Pick<Input, 'role' | 'named' | 'input_type'>[] {
  const inputs = new Map<number, { named?: string; type?: string }>();
  for (const keyword of Object.keys(cards)) {
    const [, number, what] = INPUT.exec(keyword) ?? [];
    const value = textOf(cards, keyword);
    if (number === undefined || value === undefined) continue;
    const one = inputs.get(Number(number)) ?? {};
    inputs.set(Number(number), what === 'ID' ? { ...one, named: value } : { ...one, type: value });
  }
  return [...inputs]
    .sort(([a], [b]) => a - b)
    .flatMap(([, { named, type }]) =>
      named === undefined
        ? []
        : [{ role: 'input', named: canonicalUuid(named) ?? named, input_type: type ?? null }],
    );
}

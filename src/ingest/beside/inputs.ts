/** Inputs that datasets name, resolved to datasets of the archive: by UUID, else by visit and detector where one image only can be meant. */
import type { CatalogDraft } from '../../catalog/catalog.ts';
import { and, equals, isIn, of, or, type Predicate } from '../../catalog/predicate.ts';
import type { RowOf } from '../../catalog/tables.ts';
import { heldRows } from './held-rows.ts';

type Input = RowOf<'dataset_input'>;

const ofInput = of('dataset_input');
const LOOKED_AT = [
  'uuid',
  'obs_collection',
  'instrument_name',
  'lsst_visit',
  'lsst_detector',
  'calib_level',
] as const;
/** Images of one exposure that co-adds and differences are made from. */
const CALIBRATED = 2;

interface Place {
  readonly collection: string | undefined;
  readonly instrument: string | null;
  readonly visit: number | null;
  readonly detector: number | null;
}

/** Of one collection: another release has images of the same detector and visit too. Co-adds do not always name their instrument. */
const placeOf = ({ collection, instrument, visit, detector }: Place) =>
  collection === undefined || visit === null || detector === null
    ? undefined
    : JSON.stringify([collection, instrument, visit, detector]);

async function datasetsFor(draft: CatalogDraft, inputs: readonly Input[]) {
  const uuids = inputs.flatMap(({ named, output, input }) => [
    named,
    output,
    ...(input === null ? [] : [input]),
  ]);
  const visits = inputs.flatMap((one) => (one.visit === null ? [] : [one.visit]));
  const calibrated = and(isIn('lsst_visit', visits), equals('calib_level', CALIBRATED));
  const where: Predicate = or(isIn('uuid', uuids), calibrated);
  const collections = new Map<string, string>();
  const places = new Map<string, string | undefined>();
  for await (const batch of draft.select({ columns: LOOKED_AT, where })) {
    for (const { uuid, obs_collection: collection, ...row } of batch) {
      collections.set(uuid, collection);
      if (row.calib_level !== CALIBRATED) continue;
      const { lsst_visit: visit, lsst_detector: detector } = row;
      for (const instrument of new Set([row.instrument_name, null])) {
        const place = placeOf({ collection, instrument, visit, detector });
        // Several images of one place: nothing says which is meant.
        if (place !== undefined) places.set(place, places.has(place) ? undefined : uuid);
      }
    }
  }
  return { collections, places };
}

/** The same inputs with the datasets that they are, as far as the archive has them. */
export async function resolveInputs(draft: CatalogDraft, inputs: readonly Input[]): Promise<Input[]> {
  if (inputs.length === 0) return [];
  const { collections, places } = await datasetsFor(draft, inputs);
  return inputs.map((one) => {
    if (collections.has(one.named)) return { ...one, input: one.named };
    const place = placeOf({ ...one, collection: collections.get(one.output) });
    const found = place === undefined ? one.input : places.get(place);
    return { ...one, input: found && (place !== undefined || collections.has(found)) ? found : null };
  });
}

/** Stored inputs that a change may resolve otherwise: those that name what was added, and those that were what is dropped. */
export async function touchedInputs(
  draft: CatalogDraft,
  added: readonly { readonly uuid: string; readonly lsst_visit: number | null }[],
  dropped: readonly string[],
): Promise<Input[]> {
  const visits = added.flatMap(({ lsst_visit }) => (lsst_visit === null ? [] : [lsst_visit]));
  const where = or(
    ofInput.isIn('named', [...added.map(({ uuid }) => uuid), ...dropped]),
    ofInput.isIn('visit', visits),
    ofInput.isIn('input', dropped),
  );
  const outputs = new Set<string>();
  for await (const batch of draft.select({ from: 'dataset_input', columns: ['output'], where }))
    for (const { output } of batch) outputs.add(output);
  if (outputs.size === 0) return [];
  return heldRows(draft, 'dataset_input', ofInput.isIn('output', [...outputs]));
}

/**
 * Calibrations that an image may have been made with: which of them were used, its file says; which could apply, the ranges of time in
 * which they are valid.
 */
import type { ListedDataset } from '../../archive/dataset-search.ts';
import type { ArchiveView } from '../../archive/view.ts';
import { taiOfUtc } from '../../astronomy/time.ts';
import { and, equals, exists, isNull, not, of, or, type Predicate } from '../../catalog/predicate.ts';
import type { RowOf } from '../../catalog/tables.ts';

type Validity = Pick<
  RowOf<'calibration_validity'>,
  'uuid' | 'calibration_collection' | 'valid_from' | 'valid_to'
>;

/**
 * A range of time in which a calibration is valid. `use`: `used` where the dataset, or one that it was made from, names it as an input;
 * `applicable` where it could apply by time, instrument, detector and filter, and none of them names it.
 */
export interface ProvenanceCalibration extends Validity {
  readonly id: string;
  readonly dataset_type: string;
  readonly use: 'used' | 'applicable';
}

/** Calibrations of one image, at most: more are no longer looked through. */
const MOST = 1_000;

const { lessThan, equals: is, isNull: isOpen, isIn: isOf } = of('calibration_validity');

/** Ranges that hold a moment, MJD TAI: their start included, their end not. */
function holds(tai: number): Predicate<keyof Validity> {
  return and(
    or(isOpen('valid_from'), lessThan('valid_from', tai), is('valid_from', tai)),
    or(isOpen('valid_to'), not(or(lessThan('valid_to', tai), is('valid_to', tai)))),
  );
}

const sameOrAny = <C extends 'lsst_detector' | 'lsst_filter'>(column: C, value: ListedDataset[C]) =>
  or(isNull(column), ...(value === null ? [] : [equals<typeof column>(column, value)]));

/** `used`: UUIDs of inputs. Of an image without a time or an instrument nothing is known. */
export async function calibrationsOf(
  view: ArchiveView,
  uuid: string,
  used: ReadonlySet<string>,
): Promise<ProvenanceCalibration[]> {
  const [image] = await listed(view, equals('uuid', uuid), 1);
  if (!image || image.instrument_name === null || image.t_min === null || image.t_max === null) return [];
  const valid = holds(taiOfUtc((image.t_min + image.t_max) / 2));
  const where = and(
    equals('obs_collection', image.obs_collection),
    equals('instrument_name', image.instrument_name),
    sameOrAny('lsst_detector', image.lsst_detector),
    sameOrAny('lsst_filter', image.lsst_filter),
    exists('calibration_validity', [['uuid', 'uuid']], valid),
  );
  const byUuid = new Map((await listed(view, where, MOST)).map((one) => [one.uuid, one]));
  const found: ProvenanceCalibration[] = [];
  if (byUuid.size === 0) return found;
  const rows = view.rows({
    from: 'calibration_validity',
    columns: ['uuid', 'calibration_collection', 'valid_from', 'valid_to'],
    where: and(isOf('uuid', [...byUuid.keys()]), valid),
    order: ['uuid', 'calibration_collection', 'valid_from'],
  });
  for await (const batch of rows)
    for (const row of batch) {
      const one = byUuid.get(row.uuid);
      if (!one) continue;
      const { id, dataset_type } = one;
      found.push({ id, dataset_type, ...row, use: used.has(row.uuid) ? 'used' : 'applicable' });
    }
  return found.sort((a, b) =>
    a.dataset_type < b.dataset_type ? -1 : a.dataset_type > b.dataset_type ? 1 : 0,
  );
}

async function listed(view: ArchiveView, where: Predicate, most: number): Promise<ListedDataset[]> {
  const rows: ListedDataset[] = [];
  for await (const batch of view.list({ where, most })) rows.push(...batch);
  return rows;
}

/** What datasets are looked for by as a condition of the catalog; regions are for the index. */
import type { CensusRow } from '../../archive/dataset-search.ts';
import { ALWAYS, and, isIn, type Predicate } from '../../catalog/predicate.ts';
import type { FindRequest } from '../../vo/find/request.ts';
import { meeting } from '../select/columns.ts';
import { inOneOf, whereOf } from '../select/where.ts';

type Numbered = 'lsst_visit' | 'lsst_detector' | 'lsst_tract' | 'lsst_patch' | 'calib_level';
type Named = 'instrument_name' | 'target_name';

const numbered = (column: Numbered, values: readonly number[]) =>
  values.length === 0 ? ALWAYS : isIn(column, values);
const named = (column: Named, values: readonly string[]) =>
  values.length === 0 ? ALWAYS : isIn(column, values);

/** Throws VignetError usage UNKNOWN_COLLECTION, UNKNOWN_TYPE, BAD_ADQL. */
export function findWhere(census: readonly CensusRow[], request: FindRequest): Predicate {
  return and(
    whereOf(census, request),
    numbered('lsst_visit', request.visits),
    numbered('lsst_detector', request.detectors),
    numbered('lsst_tract', request.tracts),
    numbered('lsst_patch', request.patches),
    numbered('calib_level', request.calibLevels),
    named('instrument_name', request.instruments),
    named('target_name', request.targets),
    inOneOf('t_exptime', request.exposures),
    inOneOf('s_resolution', request.resolutions),
    meeting(request.where),
  );
}

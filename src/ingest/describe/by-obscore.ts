/** ObsCore values by a configuration, over those that are known otherwise. */
import { clip } from '../../base/clip.ts';
import { defined } from '../../base/defined.ts';
import type { CatalogRow } from '../../catalog/schema.ts';
import type { SourceObscore } from '../source.ts';
import type { Band } from './bands.ts';

type Row = Omit<CatalogRow, 'pack' | 'pack_offset' | 'pack_length'>;

/** Columns of data IDs, by which tables are joined: a configuration can only repeat them. */
const OF_DATA_ID = [
  ...(['lsst_visit', 'lsst_detector', 'lsst_skymap', 'lsst_tract', 'lsst_patch'] as const),
  ...(['lsst_band', 'lsst_filter'] as const),
] as const;

/** Columns of the catalog that a configuration may add as its own. */
export const SETTABLE: readonly string[] = ['obs_title', ...OF_DATA_ID];

export function bandByObscore(band: Band, { spectral }: Partial<SourceObscore> = {}): Band {
  return spectral ? { ...band, emMin: spectral[0], emMax: spectral[1] } : band;
}

/** The row as the configuration has it, and where it contradicts what the dataset is. */
export function rowByObscore(row: Row, obscore: SourceObscore): { row: Row; notes: readonly string[] } {
  const { dataproduct_type, dataproduct_subtype, calib_level, o_ucd, obs_id, facility_name } = obscore;
  const { obs_title: title, ...extra } = obscore.extra;
  const notes = [...obscore.notes, ...contradictions(row, obscore)];
  const own = Object.entries(extra).filter(([name, value]) => value !== null && !SETTABLE.includes(name));
  return {
    row: {
      ...row,
      ...defined({ dataproduct_type, dataproduct_subtype, calib_level, o_ucd, obs_id, facility_name }),
      instrument_name: row.instrument_name ?? obscore.instrument_name ?? null,
      obs_title: typeof title === 'string' ? title : row.obs_title,
      site_columns: own.length === 0 ? null : JSON.stringify(Object.fromEntries(own)),
    },
    notes,
  };
}

function contradictions(row: Row, { size, extra }: SourceObscore): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['s_xel1', row.s_xel1, size?.[0]],
    ['s_xel2', row.s_xel2, size?.[1]],
    ...OF_DATA_ID.map((name) => [name, row[name], extra[name]] as const),
  ];
  return pairs
    .filter(([, held, said]) => (said ?? null) !== null && held !== null && held !== said)
    .map(
      ([name, held, said]) =>
        `${name}: expected '${clip(String(held))}', received '${clip(String(said))}' by the ObsCore configuration; the first is used`,
    );
}

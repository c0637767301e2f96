/** The ObsCore values that a configuration gives a dataset. */
import { clip } from '../../../base/clip.ts';
import type { SourceObscore } from '../../source.ts';
import type { ExpandedDataset } from '../registry/dimension-records.ts';
import type { ColumnType, ExtraColumn, Literal, ObscoreConfig } from './config.ts';
import { fillTemplate, type Names } from './template.ts';

/** Undefined: the configuration does not name the type. Throws VignetError usage BAD_OBSCORE for a template that is not for its values. */
export function obscoreOf(dataset: ExpandedDataset, config: ObscoreConfig): SourceObscore | undefined {
  const type = config.types.get(dataset.type.name);
  if (!type) return undefined;
  const notes: string[] = [];
  const named = namesOf(dataset, config, type);
  const obsId = type.obsId && fillTemplate(type.obsId, named);
  if (type.obsId && obsId === undefined)
    notes.push(
      `obs_id: '${clip(type.obsId.text)}' has no value for the dataset; the ID of the observation is used`,
    );
  const names = obsId === undefined ? named : { ...named, values: { ...named.values, obs_id: obsId } };
  const extra: Record<string, Literal | null> = {};
  for (const [name, column] of type.extra) extra[name] = extraValue(name, column, names, notes);
  const { fullId } = dataset;
  const instrument = typeof fullId.instrument === 'string' ? fullId.instrument : config.fallbackInstrument;
  return {
    dataproduct_type: type.dataproductType,
    dataproduct_subtype: type.dataproductSubtype,
    calib_level: type.calibLevel,
    o_ucd: type.ucd,
    obs_id: obsId,
    facility_name: config.facilities.get(instrument ?? '') ?? config.facility,
    instrument_name: instrument,
    size: type.size,
    spectral: [fullId.physical_filter, fullId.band]
      .map((name) => (typeof name === 'string' ? config.ranges.get(name) : undefined))
      .find((range) => range !== undefined),
    extra,
    notes,
  };
}

function namesOf(
  { fullId, records, uuid, run, type: { name } }: ExpandedDataset,
  config: ObscoreConfig,
  type: NonNullable<ReturnType<ObscoreConfig['types']['get']>>,
): Names {
  const [width, height] = type.size ?? [];
  const values = {
    ...{ dataproduct_type: type.dataproductType, dataproduct_subtype: type.dataproductSubtype ?? null },
    ...{ o_ucd: type.ucd ?? null, calib_level: type.calibLevel, access_format: type.accessFormat ?? null },
    ...{ obs_collection: config.obsCollection ?? null, s_xel1: width, s_xel2: height },
    ...fullId,
    // As dax_obscore has it.
    visit: fullId.visit ?? fullId.exposure,
    ...{ id: uuid, run, dataset_type: name },
  };
  // Records of dimensions that the data ID does not have are no part of it.
  const own = Object.entries(records).filter(([element]) => fullId[element] !== undefined);
  return { values, records: Object.fromEntries(own) };
}

function extraValue(name: string, column: ExtraColumn, names: Names, notes: string[]): Literal | null {
  if ('value' in column) return column.value;
  const text = fillTemplate(column.template, names);
  if (text === undefined) return null;
  const value = converted(text, column.type);
  const isLong =
    typeof value === 'string' && column.length !== undefined && [...value].length > column.length;
  if (value !== undefined && !isLong) return value;
  notes.push(
    `${name}: expected ${isLong ? `at most ${column.length} characters` : `a value of type ${column.type}`} by the ObsCore configuration, received '${clip(text)}'; it is NULL`,
  );
  return null;
}

/** As Python's `int`, `float` and `bool(int(…))` do. */
function converted(text: string, type: ColumnType): Literal | undefined {
  if (type === 'string') return text;
  if (type === 'float') {
    const plain = text.trim();
    const value = /^[\d.eE+-]{1,40}$/.test(plain) ? Number(plain) : Number.NaN;
    return Number.isFinite(value) ? value : undefined;
  }
  const whole = /^\s*[+-]?\d{1,20}\s*$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(whole)) return undefined;
  return type === 'int' ? whole : whole !== 0;
}

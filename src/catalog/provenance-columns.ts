/** Columns of the tables that say where datasets come from: inputs, runs, and when calibrations are valid. */
import { always, double, long, text } from './column-kinds.ts';

/** One row per input of a dataset. */
export const DATASET_INPUT_COLUMNS = [
  always(text('output', 'UUID of the dataset that was made, as uuid in dataset', { ucd: 'meta.id' })),
  always(
    long('position', 'Place of the input in what the dataset says of its inputs, from 0', {
      ucd: 'meta.number',
    }),
  ),
  text('input', 'UUID of the input, where it is a dataset of the archive; null: not resolved', {
    ucd: 'meta.id',
  }),
  always(text('role', 'What the input was used as, as the dataset says it', { ucd: 'meta.code' })),
  always(text('named', 'The input as the dataset names it', { ucd: 'meta.id' })),
  text('input_type', 'Type of the input', { ucd: 'meta.code.class' }),
  text('instrument', 'Instrument of the input', { ucd: 'meta.id;instr' }),
  long('visit', 'Visit of the input', { ucd: 'meta.id;obs' }),
  long('detector', 'Detector of the input', { ucd: 'meta.id;instr.det' }),
] as const;

/** One row per table that the site has brought. Nobody reads it but the catalog itself. */
export const SITE_TABLE_COLUMNS = [
  always(text('name', 'Name of the table', { ucd: 'meta.id;meta.table' })),
  always(text('stored', 'Name under which the database has it', { ucd: 'meta.id' })),
  always(text('description', 'What the table has', { ucd: 'meta.note' })),
  always(text('columns', 'Its columns: a JSON list', { ucd: 'meta.note' })),
  always(text('data_rights', 'Public, secure or proprietary', { ucd: 'meta.code' })),
  text('obs_release_date', 'When the table becomes public', { ucd: 'time.release' }),
  text('owner', 'Who owns the table while it is not public', { ucd: 'meta.id' }),
  text('grp', 'Group that may see the table while it is not public', { ucd: 'meta.id' }),
] as const;

/** One row per run that made datasets of a collection. */
export const RUN_COLUMNS = [
  always(text('obs_collection', 'Name of the data collection, as in dataset', { ucd: 'meta.id' })),
  always(text('name', 'Name of the run, as run in dataset', { ucd: 'meta.id' })),
  text('pipeline', 'Pipeline that was run', { ucd: 'meta.software' }),
  text('software', 'Versions of the software: a JSON object, name to version', {
    ucd: 'meta.software;meta.version',
  }),
  text('host', 'Machine on which it ran', { ucd: 'meta.id' }),
  double('run_begin', 'Start of the run, MJD, UTC', { unit: 'd', ucd: 'time.start' }),
  double('run_end', 'End of the run, MJD, UTC', { unit: 'd', ucd: 'time.end' }),
] as const;

/** One row per range in which a calibration is valid. */
export const CALIBRATION_VALIDITY_COLUMNS = [
  always(text('uuid', 'UUID of the calibration, as in dataset', { ucd: 'meta.id' })),
  always(text('calibration_collection', 'Collection of calibrations that says so', { ucd: 'meta.id' })),
  double('valid_from', 'First moment, MJD, TAI; null: no bound', { unit: 'd', ucd: 'time.start' }),
  double('valid_to', 'First moment after, MJD, TAI; null: no bound', { unit: 'd', ucd: 'time.end' }),
] as const;

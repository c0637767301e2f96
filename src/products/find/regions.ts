/** Footprints of datasets as a region file of SAOImage DS9. */
import type { Batch, Cell, Table } from '../../base/table.ts';
import { textForm } from '../tables/form.ts';

/** DS9 names few colours: a band always has the same one. */
const COLOURS: Readonly<Record<string, string>> = {
  ...{ u: 'blue', g: 'green', r: 'red', i: 'magenta', z: 'yellow', y: 'white' },
};

/** What a label may hold: no brace ends it. */
const label = (text: string) => text.replace(/[^\x20-\x7e]|[{}]/g, '?');

type Value = (name: string) => Cell;

function shapeOf(footprint: ArrayLike<number>): string {
  const [lon, lat, radius = 0] = Array.from(footprint);
  if (footprint.length === 3) return `circle(${lon},${lat},${radius * 3600}")`;
  return `polygon(${Array.from(footprint).join(',')})`;
}

function lineOf(value: Value): string {
  const footprint = value('footprint') as ArrayLike<number> | null;
  if (!footprint || footprint.length < 3) return '';
  const ids = [value('lsst_visit'), value('lsst_detector')].filter((one) => one !== null);
  const name = ids.length > 0 ? ids.join(' ') : value('obs_id');
  const band = value('lsst_band');
  const about = [value('dataset_type'), band, name].filter((one) => one !== null).join(' ');
  return `${shapeOf(footprint)} # color=${COLOURS[String(band)] ?? 'cyan'} text={${label(about)}}\n`;
}

async function* pieces({ columns, batches }: Table): AsyncGenerator<string, void, undefined> {
  const places = new Map(columns.map(({ name }, at) => [name, at]));
  yield '# Region file format: DS9 version 4.1\nicrs\n';
  for await (const batch of batches as AsyncIterable<Batch>)
    yield batch.map((row) => lineOf((name) => row[places.get(name) ?? -1] ?? null)).join('');
}

/** Of tables of datasets only: it needs their columns. Those without a footprint have no line. */
export const ds9Form = textForm(
  { contentType: 'text/plain; charset=utf-8', ending: 'reg', reportsFailure: false },
  pieces,
);

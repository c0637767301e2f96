/** The rows of `sky-rows.ts` as an archive, published as an ingest does it, with what a pack holds of the innermost of them. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ArchiveConfig, configOf, EMPTY_CONFIG, keepConfig } from '../../src/archive/config.ts';
import { currentGeneration } from '../../src/archive/generation.ts';
import { encodeEntry } from '../../src/archive/pack.ts';
import { PackReader } from '../../src/archive/pack-reader.ts';
import { PackWriter } from '../../src/archive/pack-writer.ts';
import { openCatalog } from '../../src/catalog/open.ts';
import { ALWAYS } from '../../src/catalog/predicate.ts';
import { type CatalogRow, COLUMNS } from '../../src/catalog/schema.ts';
import { ingest } from '../../src/ingest/index.ts';
import { publish } from '../../src/ingest/publish.ts';
import type { BenchContext } from './claim.ts';
import { isInner, type SkyRow, skyRow } from './sky-rows.ts';
import { timed } from './turns.ts';

/** Rows of a run in full and of a quick one; VIGNET_BENCH_ROWS sets another number. */
export const rowsOf = ({ quick }: BenchContext) =>
  Number(process.env.VIGNET_BENCH_ROWS ?? (quick ? 100_000 : 10_000_000));
/** Rows that have a layout, at most: of 10⁷ it would be 40 GB. */
export const LAYOUTS = 100_000;
/** Rows of a publication, as of a large ingest. */
const PENDING = 100_000;

interface Template {
  readonly roots: ArchiveConfig['roots'];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly layout: Uint8Array;
}

/** What a pack holds of the image that all benches use. */
async function template({ root, file }: BenchContext): Promise<Template> {
  const archive = join(root, '.vignet/bench/one-archive');
  rmSync(archive, { recursive: true, force: true });
  const labels = { collection: 'bench', repo: 'bench', root: file.folder, seek: false };
  await ingest(archive, [join(file.folder, file.path)], labels);
  const folder = join(archive, 'generations', String(currentGeneration(archive)));
  const catalog = await openCatalog(folder);
  const packs = new PackReader(join(archive, 'packs'), 1);
  const columns = ['pack', 'pack_offset', 'pack_length'] as const;
  for await (const [row] of catalog.select({ columns, where: ALWAYS })) {
    if (!row) continue;
    const { pack, pack_offset: offset, pack_length: length } = row;
    const { record, layout } = await packs.read({ pack, offset, length });
    catalog.close();
    await packs.close();
    const { roots } = await configOf(archive);
    return { meta: { ...record }, layout, roots };
  }
  throw new Error('the image was not ingested');
}

/** Entries of packs, by the UUID of the dataset. */
export async function entries(context: BenchContext) {
  const { meta, layout, roots } = await template(context);
  const metaOf = (uuid: string) => ({ ...meta, uuid });
  return { metaOf, layout, roots, encoded: (uuid: string) => encodeEntry(metaOf(uuid), layout) };
}

export type Entries = Awaited<ReturnType<typeof entries>>;

const EMPTY: Readonly<Record<string, unknown>> = Object.fromEntries(
  COLUMNS.map((column) => [
    column.name,
    'required' in column ? (column.type === 'char' ? `a ${column.name}` : 0) : null,
  ]),
);

/** As a file that is ingested would have it. */
function catalogRow({ uuid, visit, detector, band, em, ra, dec, time, corners }: SkyRow): CatalogRow {
  const [em_min, em_max] = em;
  const [t_min, t_max] = time;
  // Every column is there: what is not given is empty.
  return Object.assign({}, EMPTY, {
    uuid,
    repo: 'bench',
    dataset_type: 'visit_image',
    state: 'online',
    root: 'bench',
    hdu: 1,
    path: `visit_image/${visit}/${detector}.fits`,
    companions: '[]',
    stamps: `28512000 ${1_700_000_000_000 + visit}`,
    planes: 'image,mask,variance',
    dataproduct_type: 'image',
    calib_level: 2,
    obs_collection: 'bench',
    obs_id: `${visit}-${detector}`,
    access_format: 'application/fits',
    access_estsize: 27_844,
    data_rights: 'public',
    s_ra: ra,
    s_dec: dec,
    s_fov: 0.3135,
    s_region: `POLYGON ICRS ${corners.join(' ')}`,
    s_region_origin: 'wcs',
    s_pixel_scale: 0.2,
    s_xel1: 4072,
    s_xel2: 4000,
    t_min,
    t_max,
    t_exptime: 30,
    em_min,
    em_max,
    facility_name: 'Simonyi',
    instrument_name: 'LSSTCam',
    footprint: corners,
    lsst_visit: visit,
    lsst_detector: detector,
    lsst_band: band,
    lsst_filter: `${band}_57`,
  }) as unknown as CatalogRow;
}

export interface Published {
  readonly folder: string;
  /** Of the publications, not of the making of their rows; 0: it was there already. */
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** A number of rows from the n-th on, with their entries in the packs. */
export async function rowsFrom(
  { metaOf, layout }: Entries,
  [from, to, total]: readonly [from: number, to: number, total: number],
  packs: PackWriter,
): Promise<CatalogRow[]> {
  const add: CatalogRow[] = [];
  for (let n = from; n < to; n++) {
    const row = skyRow(n, total);
    const hasLayout = isInner(n, total, LAYOUTS) || n >= total;
    const place = hasLayout
      ? await packs.append(metaOf(row.uuid), layout)
      : { pack: 1, offset: 0, length: 1 };
    add.push({
      ...catalogRow(row),
      ...{ pack: place.pack, pack_offset: place.offset, pack_length: place.length },
    });
  }
  await packs.sync();
  return add;
}

/** Made once, below .vignet/bench. */
export async function skyArchive(context: BenchContext, made: Entries, rows: number): Promise<Published> {
  const folder = join(context.root, `.vignet/bench/sky-${rows}`);
  if (existsSync(join(folder, 'CURRENT'))) return { folder, seconds: 0, processorSeconds: 0 };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'generations'), { recursive: true });
  await keepConfig(folder, { ...EMPTY_CONFIG, roots: made.roots, repos: { bench: { path: 'bench' } } });
  const packs = await PackWriter.open(join(folder, 'packs'), { pack: 1, offset: 0 });
  let [seconds, processorSeconds] = [0, 0];
  for (let from = 0; from < rows; from += PENDING) {
    const add = await rowsFrom(made, [from, Math.min(rows, from + PENDING), rows], packs);
    const before = process.cpuUsage();
    seconds += await timed(() => publish(folder, { end: packs.end, drop: [], add }));
    const { user, system } = process.cpuUsage(before);
    processorSeconds += (user + system) / 1e6;
  }
  await packs.close();
  return { folder, seconds, processorSeconds };
}

// Visits of a Butler that all lie about one place, and the names of what is made of them.
import { gzipSync } from 'node:zlib';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import type { ListedDataset } from '../../../src/archive/dataset-search.ts';
import { canonicalUuid } from '../../../src/base/uuid.ts';
import type { IngestOptions } from '../../../src/ingest/index.ts';
import type { Vignet } from '../../../src/products/vignet.ts';
import { folder } from '../../support/archive.ts';
import { newButler, polygonText, putFile, type TestButler, uuidOf } from '../../support/butler.ts';
import { data, header, imageCards, plainImage, wcsKeywords } from '../../support/fits.ts';

export const labels: IngestOptions = { collection: 'Test', repo: 'test' };
export const caller = { principal: ANONYMOUS };
export const uuid = (n: number) => canonicalUuid(uuidOf(n)) ?? '';
export const idOf = (n: number) => `ivo://vignet.example/test?repo=test&id=${uuid(n)}`;
const START = 1_767_225_637_000_000_000n;

export async function rowsOf(vignet: Vignet): Promise<ListedDataset[]> {
  const rows: ListedDataset[] = [];
  for await (const batch of vignet.archive.as(ANONYMOUS).list()) rows.push(...batch);
  return rows.sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
}

type Place = readonly [ra: number, dec: number];

/** The middle of what the registry says of every image: 0.02 degrees about it, of which the image has some 0.002. */
export const HERE: Place = [10, 0.5];
const around = (ra: number, dec: number, r = 0.02) =>
  polygonText([ra - r, dec - r], [ra + r, dec - r], [ra + r, dec + r], [ra - r, dec + r]);

/** A visit for each image, that all lie about one place; `where`: of the image and its region. */
export async function visit(butler: TestButler, n: number, [ra, dec]: readonly [number, number], band = 'r') {
  const span = [
    START + BigInt(n) * 86_400_000_000_000n,
    START + BigInt(n) * 86_400_000_000_000n + 30_000_000_000n,
  ];
  const of = { instrument: 'Cam', id: n, physical_filter: `${band}_57`, name: `V${n}`, exposure_time: 30 };
  await butler.registry.insert('visit', [
    { ...of, target_name: 'M13', region: null, timespan: span as unknown as readonly [bigint, bigint] },
  ]);
  await butler.registry.insert('visit_detector_region', [
    { instrument: 'Cam', detector: 7, visit: n, region: around(ra, dec) },
  ]);
  return { instrument: 'Cam', detector: 7, visit: n };
}

/** Where the registry has a file that is no image. */
export const ELSEWHERE = [20, 0.5] as const;

/** Images of every kind that an ingest of a Butler reads, and some that it cannot. */
export async function repositoryOf(repository = folder()): Promise<string> {
  const butler = await newButler(repository);
  await butler.collection('run', 'run');
  await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
  await butler.registry.insert('physical_filter', [
    { instrument: 'Cam', name: 'r_57', band: 'r' },
    { instrument: 'Cam', name: 'g_57', band: 'g' },
  ]);
  const at = ([ra, dec]: readonly [number, number], more = {}) =>
    plainImage(40, 30, { CRVAL1: ra, CRVAL2: dec, BUNIT: 'nJy', ...more });
  const put = async (n: number, bytes: Buffer, name = `run/${n}.fits`, band = 'r', near = HERE) => {
    putFile(repository, name, bytes);
    await butler.dataset('calexp', 'run', uuidOf(n), await visit(butler, n, near, band), name);
  };
  // 1 to 3 hold the place, 4 lies beside it though its region holds it, 5 is of another band.
  for (const n of [1, 2, 3]) await put(n, at([HERE[0] + n * 1e-4, HERE[1]], { SERIAL: n }));
  await put(4, at([HERE[0] + 0.01, HERE[1]]));
  await put(5, at(HERE), undefined, 'g');
  // Gzipped, without a WCS, not FITS, and in parts.
  await put(6, gzipSync(at(HERE)), 'run/6.fits.gz');
  await put(7, plainImage(40, 30, { BUNIT: 'nJy' }, wcsKeywords));
  await put(8, Buffer.from('what the registry takes for an image'), undefined, 'r', ELSEWHERE);
  const parts = ['image', 'mask', 'variance'].map((component) => ({
    component,
    path: `9-${component}.fits`,
  }));
  for (const { path } of parts) putFile(repository, path, at(HERE));
  const mask = imageCards(40, 30, { BITPIX: 32, CRVAL1: HERE[0], CRVAL2: HERE[1] });
  putFile(repository, '9-mask.fits', Buffer.concat([header(mask), data(Buffer.alloc(4800, 1))]));
  await butler.dataset('calexp', 'run', uuidOf(9), await visit(butler, 9, HERE), parts);
  await butler.registry.close();
  return repository;
}

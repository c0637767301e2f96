// Visits of a Butler that all lie about one place, and the names of what is made of them.
import { ANONYMOUS } from '../../../src/access/principal.ts';
import type { ListedDataset } from '../../../src/archive/dataset-search.ts';
import { canonicalUuid } from '../../../src/base/uuid.ts';
import type { IngestOptions } from '../../../src/ingest/index.ts';
import type { Vignet } from '../../../src/products/vignet.ts';
import { polygonText, type TestButler, uuidOf } from '../../support/butler.ts';

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

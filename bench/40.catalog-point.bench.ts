/**
 * catalog.point: rows and layouts of everything that covers a place (the light-curve query), one at a time, through the library, with its
 * index of 10⁷ rows (10⁵ with --quick). The peer is PostgreSQL with pgSphere and GiST on the same rows, asked in turn in the same run over
 * its socket: 13 columns and the layout, which is a column there. Both give the same datasets, which is looked at first.
 */
import { ANONYMOUS } from '../src/access/principal.ts';
import { openArchive } from '../src/archive/archive.ts';
import type { Claim } from './support/claim.ts';
import { entries, LAYOUTS, rowsOf, skyArchive } from './support/sky-archive.ts';
import { skyPostgres } from './support/sky-postgres.ts';
import { placeWithin } from './support/sky-rows.ts';
import { serviceOf } from './support/sky-service.ts';
import { inTurns, pairOf } from './support/turns.ts';

const POINT = `SELECT o.uuid, visit, detector, band, em_min, em_max, s_ra, s_dec, t_min, t_max, pack, pack_offset, pack_length, l.entry
  FROM obs AS o LEFT JOIN layout AS l USING (uuid) WHERE spoint(radians($1::float8), radians($2::float8)) <@ o.region`;

const share = (values: readonly number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? 0;
const ms = (seconds: number) => `${(1000 * seconds).toFixed(2)} ms`;

const claim: Claim = {
  name: 'catalog.point',
  peerName: 'PostgreSQL 15, pgSphere, GiST',
  pair: async (context, quick) => {
    const rows = rowsOf(context);
    const made = await entries(context);
    const { folder } = await skyArchive(context, made, rows);
    const peer = await skyPostgres(rows, LAYOUTS, made.encoded);
    const archive = await openArchive(folder);
    const view = archive.as(ANONYMOUS);
    const ours = (point: readonly [number, number]) => view.observations([{ region: { point } }]);
    const theirs = async (point: readonly [number, number]) =>
      (await peer.client.query({ name: 'point', text: POINT, values: [...point] })).rows as {
        uuid: string;
      }[];
    try {
      const points = Array.from({ length: quick ? 500 : 5000 }, (_, n) => placeWithin(LAYOUTS, n));
      let found = 0;
      // Warms both, and compares them.
      for (const point of points) {
        const [mine, other] = [await ours(point), await theirs(point)];
        const [a, b] = [mine, other].map((all) => all.map(({ uuid }) => uuid).sort());
        if (JSON.stringify(a) !== JSON.stringify(b))
          throw new Error(`at ${point}: ${a?.length} datasets, and ${b?.length} of PostgreSQL`);
        if (mine.some(({ dataset }) => !dataset))
          throw new Error(`at ${point}: a dataset without its layout`);
        found += mine.length;
      }
      const at = (n: number) => points[n] ?? ([0, 0] as const);
      const turns = await inTurns(
        points.length,
        (n) => ours(at(n)),
        (n) => theirs(at(n)),
      );
      const known = (await Promise.all(points.slice(0, 200).map(ours))).flat().map(({ uuid }) => uuid);
      const service = await serviceOf(folder, known.slice(0, 2000));
      const spread = (all: readonly number[]) => [0.5, 0.99].map((part) => ms(share(all, part)));
      const [[p50, p99], others] = [spread(turns.ours), spread(turns.peer)];
      return pairOf(
        turns,
        `${rows} rows, ${(found / points.length).toFixed(1)} a point; p50 ${p50}, p99 ${p99} (peer ${others.join(', ')}); ` +
          `service: ready after ${service.ready.toFixed(2)} s, ${service.memory}`,
      );
    } finally {
      await archive.close();
      await peer.close();
    }
  },
};
export default claim;

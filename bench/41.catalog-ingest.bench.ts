/**
 * catalog.ingest: one row of 10⁷ (10⁵ with --quick), described already, from an empty archive on, published 100,000 at a time as a large
 * ingest does: catalog, index, synced. The peer is COPY into a table of PostgreSQL with the same rows' GiST index and that of their UUIDs.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Claim } from './support/claim.ts';
import { entries, rowsOf, skyArchive } from './support/sky-archive.ts';
import { copyMore, skyPostgres } from './support/sky-postgres.ts';

const claim: Claim = {
  name: 'catalog.ingest',
  peerName: 'PostgreSQL 15, pgSphere, GiST: COPY',
  pair: async (context, quick) => {
    const rows = rowsOf(context);
    const made = await entries(context);
    rmSync(join(context.root, `.vignet/bench/sky-${rows}`), { recursive: true, force: true });
    const { seconds, processorSeconds } = await skyArchive(context, made, rows);
    const peer = await skyPostgres(1000, 0, made.encoded);
    const more = quick ? 10_000 : 100_000;
    const start = performance.now();
    await copyMore(peer.url, [1000, 1000 + more, rows]);
    const each = (performance.now() - start) / 1000 / more;
    await peer.close();
    const own = seconds / rows;
    return {
      ours: { n: rows, seconds: own, min: own, max: own },
      peer: { n: more, seconds: each },
      notes: `${rows} rows in ${seconds.toFixed(1)} s, ${(60 / own / 1e6).toFixed(2)} million a minute; ${((processorSeconds / rows) * 1e6).toFixed(1)} s of processor time a million`,
    };
  },
};
export default claim;

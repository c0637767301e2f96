/**
 * catalog.publish: 1,000 rows more in an archive of 10⁷ (10⁵ with --quick), from rows in memory until readers may open the generation, synced.
 * The peer is one COPY of 1,000 rows into the table of PostgreSQL with as many rows, which syncs nothing.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { currentGeneration, generationPath } from '../src/archive/generation.ts';
import { PackWriter } from '../src/archive/pack-writer.ts';
import { openCatalog } from '../src/catalog/open.ts';
import type { CatalogRow } from '../src/catalog/schema.ts';
import { publish } from '../src/ingest/publish.ts';
import type { Claim } from './support/claim.ts';
import { entries, LAYOUTS, rowsFrom, rowsOf, skyArchive } from './support/sky-archive.ts';
import { copyMore, skyPostgres } from './support/sky-postgres.ts';
import { inTurns, pairOf } from './support/turns.ts';

const ROWS = 1000;

const claim: Claim = {
  name: 'catalog.publish',
  peerName: 'PostgreSQL 15, pgSphere, GiST: COPY',
  pair: async (context, quick) => {
    const rows = rowsOf(context);
    const made = await entries(context);
    const { folder } = await skyArchive(context, made, rows);
    const current = await openCatalog(generationPath(folder, currentGeneration(folder)));
    const [end, held] = [await current.packEnd(), await current.count({ op: 'true' })];
    current.close();
    const packs = await PackWriter.open(join(folder, 'packs'), end);
    const peer = await skyPostgres(rows, LAYOUTS, made.encoded);
    const next = (n: number) => [held + n * ROWS, held + (n + 1) * ROWS, rows] as const;
    const count = quick ? 5 : 10;
    const adds: CatalogRow[][] = [];
    for (let n = 0; n < count; n++) adds.push(await rowsFrom(made, next(n), packs));
    const turns = await inTurns(
      count,
      (n) => publish(folder, { end: packs.end, drop: [], add: adds[n] ?? [] }),
      (n) => copyMore(peer.url, next(n)),
    );
    await packs.close();
    await peer.close();
    // The other claims are about an archive of so many rows.
    rmSync(folder, { recursive: true });
    return pairOf(turns, `${ROWS} rows into ${rows}`);
  },
};
export default claim;

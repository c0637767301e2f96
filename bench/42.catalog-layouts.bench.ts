/**
 * catalog.layouts: 1,000 datasets of 10⁷ (10⁵ with --quick) by their IDs, at random, with their layouts, through the library; those were
 * read before. The peer is one statement of PostgreSQL for the 1,000 rows of a table with a primary key of UUIDs, whose pages are in memory.
 */
import { ANONYMOUS } from '../src/access/principal.ts';
import { openArchive } from '../src/archive/archive.ts';
import type { Claim } from './support/claim.ts';
import { entries, LAYOUTS, rowsOf, skyArchive } from './support/sky-archive.ts';
import { skyPostgres } from './support/sky-postgres.ts';
import { isInner, skyRow } from './support/sky-rows.ts';
import { inTurns, pairOf } from './support/turns.ts';

const COUNT = 1000;

const claim: Claim = {
  name: 'catalog.layouts',
  peerName: 'PostgreSQL 15: primary key',
  pair: async (context, quick) => {
    const rows = rowsOf(context);
    const made = await entries(context);
    const { folder } = await skyArchive(context, made, rows);
    const peer = await skyPostgres(rows, LAYOUTS, made.encoded);
    const archive = await openArchive(folder);
    const view = archive.as(ANONYMOUS);
    const uuids: string[] = [];
    for (let k = 0; uuids.length < COUNT; k++) {
      const n = (k * 7_654_321) % rows;
      if (isInner(n, rows, LAYOUTS)) uuids.push(skyRow(n, rows).uuid);
    }
    const keys = uuids.map((uuid) => ({ repo: 'bench', uuid }));
    const text =
      'SELECT o.uuid, pack, pack_offset, pack_length, l.entry FROM obs AS o JOIN layout AS l USING (uuid) WHERE o.uuid = ANY($1)';
    const expectAll = (count: number | null) => {
      if (count !== COUNT) throw new Error(`${count} layouts were found`);
    };
    const ours = async () => expectAll((await view.named(keys)).length);
    const theirs = async () =>
      expectAll((await peer.client.query({ name: 'layouts', text, values: [uuids] })).rowCount);
    // Warms both.
    await inTurns(2, ours, theirs);
    const turns = await inTurns(quick ? 10 : 30, ours, theirs);
    await archive.close();
    await peer.close();
    return pairOf(turns, `${COUNT} layouts of ${made.layout.length} bytes of ${rows} rows`);
  },
};
export default claim;

/** `ingest.butler`: the metadata of a Butler's datasets into an archive, layouts later. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ingestButler } from '../src/ingest/index.ts';
import { largeButler } from './support/butler.ts';
import type { Claim } from './support/claim.ts';

const WANTED = 5000;

const claim: Claim = {
  name: 'ingest.butler',
  peerName: `${WANTED} datasets a second of processor time`,
  async pair(context, quick) {
    const count = quick ? 20_000 : 1_000_000;
    mkdirSync(join(context.root, '.vignet/bench'), { recursive: true });
    const folder = mkdtempSync(join(context.root, '.vignet/bench', 'butler-'));
    try {
      const repository = join(folder, 'repository');
      mkdirSync(repository);
      await largeButler(repository, count);
      const before = process.cpuUsage();
      const start = performance.now();
      const labels = { collection: 'Bench', repo: 'bench', layouts: 'later', jobs: 8 } as const;
      const { ingested } = await ingestButler(join(folder, 'archive'), { repository }, labels);
      const elapsed = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1e6;
      if (ingested !== count) throw new Error(`${ingested} of ${count} datasets were ingested`);
      const each = seconds / count;
      const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
      return {
        ours: { n: count, seconds: each, min: each, max: each },
        peer: { n: count, seconds: 1 / WANTED },
        notes: `${Math.round(count / seconds)} datasets per second of processor time, ${Math.round(count / elapsed)} per second elapsed; at most ${mebibytes} MiB`,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default claim;

/**
 * visit.http: all 189 detectors of a visit (12 when quick), full-size, with mask and variance, found by the number of the visit and fetched
 * as one tar archive by 10 users at once; seconds of the slowest (DMS-REQ-0376: 60 s). The detectors are copies of one image on blocks of
 * their own. The peer is a server in the same process that only sends these files, one after another, to the same clients.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ANONYMOUS } from '../src/access/principal.ts';
import { equals } from '../src/catalog/predicate.ts';
import { ingest } from '../src/ingest/index.ts';
import type { BenchContext, Claim } from './support/claim.ts';
import { readBoth, serveFiles } from './support/file-service.ts';
import { forgetId } from './support/stack-archive.ts';

const USERS = 10;

/** Made once, below .vignet/bench: 25 MB each. */
function detectors({ root, file }: BenchContext, count: number): { folder: string; files: string[] } {
  const folder = join(root, '.vignet/bench/detectors');
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: count }, (_, n) => {
    const name = `${String(n).padStart(3, '0')}.fits`;
    const path = join(folder, name);
    if (!existsSync(path)) {
      copyFileSync(join(file.folder, file.path), `${path}.part`);
      forgetId(`${path}.part`);
      renameSync(`${path}.part`, path);
    }
    return name;
  });
  return { folder, files };
}

const claim: Claim = {
  name: 'visit.http',
  peerName: 'loopback and disk: Node sends the files',
  pair: async (context, quick) => {
    const { folder, files } = detectors(context, quick ? 12 : 189);
    const archive = join(context.root, '.vignet/bench/detectors-archive');
    rmSync(archive, { recursive: true, force: true });
    const paths = files.map((name) => join(folder, name));
    await ingest(archive, paths, { collection: 'bench', repo: 'bench', root: folder, seek: false });
    const service = await serveFiles(archive, folder, files);
    try {
      const view = service.vignet.archive.as(ANONYMOUS);
      const { value: rows } = await view.list().next();
      const visit = rows?.[0]?.lsst_visit ?? 0;
      const idsOf = async () => {
        const ids: string[] = [];
        for await (const batch of view.list({ where: equals('lsst_visit', visit) }))
          ids.push(...batch.map(({ id }) => id));
        if (ids.length !== files.length) throw new Error(`${ids.length} of ${files.length} were found`);
        return ids;
      };
      const find = async () => {
        const query = new URLSearchParams((await idsOf()).map((id): [string, string] => ['ID', id]));
        return `${service.url}/api/datasets?${query}`;
      };
      const answer = await service.vignet.datasets.pack(await idsOf(), {}, { principal: ANONYMOUS });
      const bytes = answer.size ?? 0;
      answer.close();
      return await readBoth({ users: USERS, rounds: quick ? 2 : 3, find, plain: service.plain, bytes });
    } finally {
      await service.close();
    }
  },
};
export default claim;

/**
 * pvi.http: a full-size visit image, with mask and variance, found by position and fetched as a file by 20 users at once; seconds of the
 * slowest (DMS-REQ-0374: 10 s). The peer is a server in the same process that only sends the file, to the same clients.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANONYMOUS } from '../src/access/principal.ts';
import { ingest } from '../src/ingest/index.ts';
import type { Claim } from './support/claim.ts';
import { readBoth, serveFiles } from './support/file-service.ts';

const USERS = 20;

const claim: Claim = {
  name: 'pvi.http',
  peerName: 'loopback and disk: Node sends the file',
  pair: async ({ file }, quick) => {
    const archive = await mkdtemp(join(tmpdir(), 'vignet-bench-'));
    await ingest(archive, [join(file.folder, file.path)], {
      collection: 'bench',
      repo: 'bench',
      seek: false,
    });
    const service = await serveFiles(archive, file.folder, [file.path]);
    try {
      const { value: rows } = await service.vignet.archive.as(ANONYMOUS).list().next();
      const image = rows?.[0];
      if (!image) throw new Error('the bench image is not in the archive');
      const point = [image.s_ra ?? 0, image.s_dec ?? 0] as const;
      const find = async () => {
        const [found] = await service.vignet.archive.as(ANONYMOUS).find({ point });
        if (!found) throw new Error('nothing was found');
        return `${service.url}/api/datasets/${found.key.repo}/${found.key.uuid}`;
      };
      const answer = await service.vignet.datasets.file(image.id, {}, { principal: ANONYMOUS });
      const bytes = answer.size ?? 0;
      answer.close();
      return await readBoth({ users: USERS, rounds: quick ? 3 : 7, find, plain: service.plain, bytes });
    } finally {
      await service.close();
      await rm(archive, { recursive: true });
    }
  },
};
export default claim;

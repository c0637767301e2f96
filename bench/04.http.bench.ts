/** cutout.http: the same through the service on a socket, several clients at once; seconds of wall clock for each. */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowAll } from '../src/access/policy.ts';
import { ANONYMOUS } from '../src/access/principal.ts';
import { ingest } from '../src/ingest/index.ts';
import { buildApp } from '../src/service/app.ts';
import { compose } from '../src/service/compose.ts';
import { loadConfig } from '../src/service/config.ts';
import { type BenchContext, type Claim, peerProgram } from './support/claim.ts';
import { benchOf, SIDE } from './support/targets.ts';

/** The whole service, with an archive that holds the bench image. */
async function serve({ file }: BenchContext) {
  const folder = await mkdtemp(join(tmpdir(), 'vignet-bench-'));
  await ingest(folder, [join(file.folder, file.path)], { collection: 'bench', repo: 'bench' });
  const config = loadConfig({ VIGNET_ARCHIVE: folder, LOG_LEVEL: 'silent' });
  const { ports, vignet } = await compose(config, allowAll);
  const app = await buildApp(config, ports);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const { samples } = await ports.contents(ANONYMOUS);
  const close = async () => {
    await app.close();
    await vignet.close();
    await rm(folder, { recursive: true });
  };
  return { id: samples[0]?.id ?? '', port, close };
}

/** One GET, read to its end. */
async function fetchAll(agent: Agent, port: number, path: string): Promise<void> {
  const [response] = (await once(get({ agent, port, host: '127.0.0.1', path }), 'response')) as [
    IncomingMessage,
  ];
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  if (response.statusCode !== 200 || bytes !== Number(response.headers['content-length'])) {
    throw new Error(`${response.statusCode}, ${bytes} bytes for ${path}`);
  }
}

const claim: Claim = {
  name: 'cutout.http',
  peerName: 'cfitsio on as many threads, no service',
  ours: async (context) => {
    const { targets } = benchOf(context);
    const { id, port, close } = await serve(context);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const paths = targets.map(({ stencil }) => {
      const query = { ID: id, CIRCLE: stencil.values.join(' '), CUTOUTDETAIL: 'MaskedImage' };
      return `/api/cutout/sync?${new URLSearchParams(query)}`;
    });
    return {
      batch: paths.length,
      run: async () => {
        await Promise.all(paths.map((path) => fetchAll(agent, port, path)));
      },
      close: async () => {
        agent.destroy();
        await close();
      },
    };
  },
  peer: (context, quick) => {
    const threads = availableParallelism();
    const args = [`${context.file.folder}/${context.file.path}`, SIDE, threads, (quick ? 10 : 100) * threads];
    return peerProgram(context, 'cfitsio_cutout', args, benchOf(context).positions);
  },
};
export default claim;

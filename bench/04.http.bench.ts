/** cutout.http: the same through the service on a socket, several clients at once; seconds of wall clock for each. */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { Engine } from '../src/engine/engine.ts';
import { planCutout } from '../src/products/cutout.ts';
import { buildApp } from '../src/service/app.ts';
import { loadConfig } from '../src/service/config.ts';
import { type BenchContext, type Claim, peerProgram } from './support/claim.ts';
import { benchOf, SIDE } from './support/targets.ts';

/** A service that holds the bench image and nothing else. */
async function serve(context: BenchContext) {
  const { dataset, targets } = benchOf(context);
  const engine = new Engine();
  const app = await buildApp(loadConfig({ LOG_LEVEL: 'silent' }), {
    version: 'bench',
    makeCutout: ({ stencil, detail }, { signal }) =>
      planCutout({ engine, dataset, software: 'bench' }, { stencil, detail }, { signal }),
    holdings: async () => ({ datasets: 1, collections: [], samples: [] }),
    engineSnapshot: () => ({}),
    check: async () => {},
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const close = async () => {
    await app.close();
    await engine.close();
  };
  return { targets, port, close };
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
    const { targets, port, close } = await serve(context);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const id = 'ivo://vignet.bench/image?repo=bench&id=00000000-0000-4000-8000-000000000000';
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

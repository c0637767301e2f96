/** cutout.pool: many 256 x 256 cutouts of three planes at once, on all cores; seconds of wall clock for each. */
import { availableParallelism } from 'node:os';
import { Engine } from '../src/engine/engine.ts';
import { planCutout } from '../src/products/cutout/cutout.ts';
import { type Claim, peerProgram } from './support/claim.ts';
import { benchOf, SIDE } from './support/targets.ts';

const claim: Claim = {
  name: 'cutout.pool',
  peerName: 'cfitsio on as many threads',
  ours: (context) => {
    const { dataset, targets } = benchOf(context);
    const engine = new Engine();
    const deps = { engine, dataset, software: 'bench' };
    const one = async ({ stencil }: (typeof targets)[number]) => {
      const cutout = await planCutout(deps, { stencil, detail: 'MaskedImage' });
      await cutout?.bytes();
    };
    return {
      batch: targets.length,
      run: async () => {
        await Promise.all(targets.map(one));
      },
      close: () => engine.close(),
    };
  },
  peer: (context, quick) => {
    const threads = availableParallelism(); // as the engine's default
    const args = [`${context.file.folder}/${context.file.path}`, SIDE, threads, (quick ? 10 : 100) * threads];
    return peerProgram(context, 'cfitsio_cutout', args, benchOf(context).positions);
  },
};
export default claim;

/** cutout.library: one 256 x 256 cutout of three planes after the other, by the library, on one thread. */
import { Engine } from '../src/engine/engine.ts';
import { planCutout } from '../src/products/cutout/cutout.ts';
import { type Claim, peerProgram } from './support/claim.ts';
import { benchOf, SIDE } from './support/targets.ts';

const claim: Claim = {
  name: 'cutout.library',
  peerName: 'cfitsio: open, move, wcspih, fits_read_subset x 3',
  ours: (context) => {
    const { dataset, targets } = benchOf(context);
    const engine = new Engine({ threads: 1 });
    const deps = { engine, dataset, software: 'bench' };
    let i = 0;
    return {
      run: async () => {
        const target = targets[i++ % targets.length];
        const cutout = await planCutout(deps, { stencil: target?.stencil, detail: 'MaskedImage' });
        await cutout?.bytes();
      },
      close: () => engine.close(),
    };
  },
  peer: (context, quick) =>
    peerProgram(
      context,
      'cfitsio_cutout',
      [`${context.file.folder}/${context.file.path}`, SIDE, 1, quick ? 10 : 100],
      benchOf(context).positions,
    ),
};
export default claim;

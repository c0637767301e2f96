/** stamps.onefile: 10,000 random 64 x 64 stamps of one visit image at once; seconds for each. */
import { join } from 'node:path';
import { native } from '../src/addon/addon.ts';
import { type BenchContext, type Claim, peerProgram } from './support/claim.ts';

const SIDE = 64;
const COUNT = 10_000;

/** The same pixels in every run, at random (Park & Miller), no stamp leaving the image. */
function centres(width: number, height: number): Int32Array {
  let state = 1;
  const below = (limit: number) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  const pairs = Array.from({ length: COUNT }, () => [
    SIDE / 2 + below(width - SIDE),
    SIDE / 2 + below(height - SIDE),
  ]);
  return Int32Array.from(pairs.flat());
}

/** The bench image's layout, and the centres. */
function known({ file }: BenchContext) {
  const source = { root: file.folder, path: file.path };
  const { layout } = native.readLayout([{ source }]);
  const [plane] = layout ? native.describeLayout(layout).planes : [];
  if (!layout || !plane) throw new Error('no layout');
  return { source, layout, centres: centres(plane.width, plane.height) };
}

const claim: Claim = {
  name: 'stamps.onefile',
  peerName: 'cfitsio: fits_read_subset one by one, the file open',
  ours: (context) => {
    const { source, layout, centres } = known(context);
    const task = { layout, sources: [source], size: SIDE, plane: 'image' as const, centres };
    const out = new Uint8Array(COUNT * SIDE * SIDE * 4);
    const control = new Int32Array(new SharedArrayBuffer(4));
    return {
      batch: COUNT,
      run: () => {
        native.cutStamps(task, out, 0, control, 600_000);
      },
    };
  },
  peer: (context, quick) => {
    const { source, centres } = known(context);
    const some = Array.from(
      { length: quick ? 200 : 2000 },
      (_, i) => `${centres[2 * i]} ${centres[2 * i + 1]}\n`,
    );
    return peerProgram(context, 'cfitsio_onefile', [join(source.root, source.path), SIDE], some.join(''));
  },
};
export default claim;

/** layout.read: from a file nobody has seen to all that must be known of it. */
import { native } from '../src/addon/addon.ts';
import { type Claim, peerProgram } from './support/claim.ts';

const claim: Claim = {
  name: 'layout.read',
  peerName: 'cfitsio: open, visit all HDUs, wcspih',
  ours: ({ file }) => ({
    run: () => {
      native.readLayout([{ source: { root: file.folder, path: file.path } }]);
    },
  }),
  peer: (context, quick) =>
    peerProgram(context, 'cfitsio_open', [`${context.file.folder}/${context.file.path}`, quick ? 50 : 1000]),
};
export default claim;

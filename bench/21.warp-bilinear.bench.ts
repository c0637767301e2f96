/** warp.bilinear: 4072 x 4000 pixels from TPV to TAN, image and weight, file to file, on one thread. */
import type { Claim } from './support/claim.ts';
import { SWARP, warp } from './support/warp.ts';

const claim: Claim = {
  name: 'warp.bilinear',
  peerName: SWARP,
  pair: (context, quick) => warp(context, quick, 'bilinear'),
};
export default claim;

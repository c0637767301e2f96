/** warp.exact: 4072 x 4000 pixels from TPV to TAN, image and weight, file to file, on one thread. */
import type { Claim } from './support/claim.ts';
import { REPROJECT, warp } from './support/warp.ts';

const claim: Claim = {
  name: 'warp.exact',
  peerName: REPROJECT,
  pair: (context, quick) => warp(context, quick, 'exact'),
};
export default claim;

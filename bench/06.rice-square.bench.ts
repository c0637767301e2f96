/** decode.plane.rice.square: the same floats in tiles of 256 x 256. */
import type { Claim } from './support/claim.ts';
import { decodePlane, IMAGE, PEER, squareImage } from './support/planes.ts';

const claim: Claim = {
  name: 'decode.plane.rice.square',
  peerName: PEER,
  pair: (context, quick) => decodePlane(context, squareImage(context), IMAGE, quick),
};
export default claim;

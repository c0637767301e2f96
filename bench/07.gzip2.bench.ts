/** decode.plane.gzip2: a mask of 4072 x 4000 32-bit integers, GZIP_2, a tile a row. */
import type { Claim } from './support/claim.ts';
import { benchImage, decodePlane, MASK, PEER } from './support/planes.ts';

const claim: Claim = {
  name: 'decode.plane.gzip2',
  peerName: PEER,
  pair: (context, quick) => decodePlane(context, benchImage(context), MASK, quick),
};
export default claim;

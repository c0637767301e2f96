/** decode.plane.rice: 4072 x 4000 floats, RICE_1 with SUBTRACTIVE_DITHER_2, a tile a row. */
import type { Claim } from './support/claim.ts';
import { benchImage, decodePlane, IMAGE, PEER } from './support/planes.ts';

const claim: Claim = {
  name: 'decode.plane.rice',
  peerName: PEER,
  pair: (context, quick) => decodePlane(context, benchImage(context), IMAGE, quick),
};
export default claim;

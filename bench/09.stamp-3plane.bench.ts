/** stamp.3plane: a 51 x 51 stamp of image, mask and variance from each of 1,000 observations in row tiles, layouts known. */
import { stampClaim } from './support/stamps.ts';

export default stampClaim('stamp.3plane', 3, false);

/** stamp.1plane: a 51 x 51 stamp of the image from each of 1,000 observations in row tiles, layouts known. */
import { stampClaim } from './support/stamps.ts';

export default stampClaim('stamp.1plane', 1, false);

/** The version of the tables, in every engine: a catalog of another one is not read. */
import { VignetError } from '../base/errors.ts';

export const CATALOG_VERSION = 6;

export function otherVersion(): VignetError {
  return new VignetError(
    'data',
    'BAD_CATALOG',
    `expected a catalog of version ${CATALOG_VERSION}, received another one; ingest into a new archive`,
  );
}

/** What the name of a dataset type says. */

/** Whether images of this type are co-added from several exposures, and so have no one time. */
export function isCoadd(type: string): boolean {
  return /coadd|^stack$/i.test(type);
}

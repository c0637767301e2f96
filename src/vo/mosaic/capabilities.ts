/** The capabilities of the mosaic service. */
import { type Capability, vosiCapabilities } from '../dali/vosi.ts';

/** Not a standard of the IVOA: each authority has its own. */
export const mosaicStandardId = (authority: string) => `ivo://${authority}/std/mosaic#sync-1.0`;

/** @param base address of the service, such as `https://host/api/mosaic` */
export function mosaicCapabilities(authority: string, base: string): Capability[] {
  return [
    ...vosiCapabilities(base),
    {
      standardID: mosaicStandardId(authority),
      url: `${base}/sync`,
      use: 'full',
      role: 'std',
      version: '1.0',
      resultType: 'application/fits',
    },
  ];
}

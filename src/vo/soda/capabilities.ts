/** The capabilities of a SODA service. */
import { type Capability, vosiCapabilities } from '../dali/vosi.ts';

/** @param base address of the service, such as `https://host/api/cutout` */
export function sodaCapabilities(base: string): Capability[] {
  return [
    ...vosiCapabilities(base),
    {
      standardID: 'ivo://ivoa.net/std/SODA#sync-1.0',
      url: `${base}/sync`,
      use: 'full',
      role: 'std',
      version: '1.0',
      resultType: 'application/fits',
    },
  ];
}

/** The capabilities of the stack service: Vignet's own standard, not SODA. */
import { type Capability, vosiCapabilities } from './vosi.ts';

/** @param base address of the service, such as `https://host/api/stack` */
export function stackCapabilities(authority: string, base: string): Capability[] {
  return [
    ...vosiCapabilities(base),
    {
      standardID: `ivo://${authority}/std/stack#sync-1.0`,
      url: `${base}/sync`,
      use: 'full',
      role: 'std',
      version: '1.0',
      resultType: 'application/fits',
    },
  ];
}

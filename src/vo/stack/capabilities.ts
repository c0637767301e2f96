/** The capabilities of the stack service. */
import { type Capability, vosiCapabilities } from '../dali/vosi.ts';

/** Not a standard of the IVOA: each authority has its own. */
export const stackStandardId = (authority: string) => `ivo://${authority}/std/stack#sync-1.0`;

/** @param base address of the service, such as `https://host/api/stack` */
export function stackCapabilities(base: string, authority: string): Capability[] {
  return [
    ...vosiCapabilities(base),
    {
      standardID: stackStandardId(authority),
      url: `${base}/sync`,
      use: 'full',
      role: 'std',
      version: '1.0',
      resultType: 'application/fits',
    },
  ];
}

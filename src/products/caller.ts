/** Who asks for products. */
import type { Principal } from '../access/principal.ts';
import type { RequestOptions } from '../engine/engine.ts';

/**
 * Who asks for a product, and how the request is served.
 * @example
 * ```ts
 * import { ANONYMOUS, type Caller } from 'vignet';
 *
 * const caller: Caller = { principal: ANONYMOUS, signal: AbortSignal.timeout(30_000) };
 * ```
 */
export interface Caller extends RequestOptions {
  /** Who asks: `ANONYMOUS`, somebody by name and groups, or `OPERATOR`. There is no default. */
  readonly principal: Principal;
}

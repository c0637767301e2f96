/** Addresses of services. */
import type { Pairs } from '../../vo/dali/parameter.ts';
import { endpoints } from '../../vo/dali/vosi.ts';

/** All services lie below it. */
export const apiPath = '/api';

/** Where a service's endpoints are; `base`: the public address of all, without a slash at the end. */
export const serviceUrl = (base: string, path: string) => `${base}${apiPath}/${path}`;

export const syncUrl = (base: string, path: string) => serviceUrl(base, path) + endpoints.sync;

/** A synchronous request as a URL, every value percent-encoded. */
export function requestUrl(base: string, path: string, parameters: Pairs): string {
  const query = parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  return `${syncUrl(base, path)}?${query}`;
}

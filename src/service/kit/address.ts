/** Addresses of services. */
import type { Pairs } from '../../vo/dali/parameter.ts';
import type { Service } from './service.ts';

/** All services lie below it. */
export const apiPath = '/api';

/** Where a service's endpoints are; `base`: the public address of all, without a slash at the end. */
export const serviceUrl = (base: string, path: string) => `${base}${apiPath}/${path}`;

export const syncUrl = (base: string, { path, endpoint }: Pick<Service, 'path' | 'endpoint'>) =>
  serviceUrl(base, path) + endpoint;

/** A synchronous request as a URL, every value percent-encoded. */
export function requestUrl(
  base: string,
  service: Pick<Service, 'path' | 'endpoint'>,
  parameters: Pairs,
): string {
  const query = parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  return `${syncUrl(base, service)}${query && `?${query}`}`;
}

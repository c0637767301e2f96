/** Addresses of services. */
import type { ServiceExample } from './declaration.ts';
import type { Service } from './service.ts';

/** All services lie below it. */
export const apiPath = '/api';

/** Where a service's endpoints are; `base`: the public address of all, without a slash at the end. */
export const serviceUrl = (base: string, path: string) => `${base}${apiPath}/${path}`;

/** Of the first operation, which is the synchronous request where there is one. */
export const syncUrl = (base: string, { path, operations }: Pick<Service, 'path' | 'operations'>) =>
  serviceUrl(base, path) + operations[0].url;

/** A request as a URL, every value percent-encoded; of the first operation where it names no endpoint of the service. */
export function requestUrl(
  base: string,
  service: Pick<Service, 'path' | 'operations'>,
  { parameters, endpoint }: Pick<ServiceExample, 'parameters' | 'endpoint'>,
): string {
  const query = parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  const at = endpoint === undefined ? syncUrl(base, service) : serviceUrl(base, service.path) + endpoint;
  return `${at}${query && `?${query}`}`;
}

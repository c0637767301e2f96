/** The public address of the service, as the client that asks sees it. */
import { hostname } from 'node:os';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../../base/loopback.ts';
import type { Config } from '../config.ts';

const hostForm = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** The last element of RFC 7239's Forwarded: what the nearest proxy, the trusted one, said. */
function forwarded(header: string | undefined): { readonly proto?: string; readonly host?: string } {
  const last = header?.slice(header.lastIndexOf(',') + 1) ?? '';
  const found: Record<string, string> = {};
  for (const match of last.matchAll(/(?:^|;)\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/g)) {
    found[(match[1] ?? '').toLowerCase()] = match[2] ?? match[3] ?? '';
  }
  return found;
}

const inUrl = (address: string) => (address.includes(':') ? `[${address}]` : address);

/** Names of this machine, which a Host header may use. Any other may be a stranger's, who wants links to it in answers and caches. */
function isOurs(host: string, { HOST }: Config, address: string | undefined): boolean {
  const name = host
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return (
    ['localhost', HOST.toLowerCase(), hostname().toLowerCase(), address?.toLowerCase()].includes(name) ||
    isLoopback(name)
  );
}

/** For answers that hold `publicBase`: caches keep them for the same address only, and ask again. */
export function dependsOnAddress(reply: FastifyReply): void {
  reply.header('cache-control', 'no-cache');
  reply.header('vary', 'Host, Forwarded, X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Prefix');
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

/**
 * Without a slash at the end. The configured address wins; else what a trusted proxy forwarded (Forwarded, then
 * X-Forwarded-Proto, -Host and -Prefix, or Host); else the request's own Host where it names this machine; else the address that the
 * connection came to.
 */
export function publicBase(
  request: FastifyRequest,
  config: Config,
  trust: (address: string | undefined) => boolean,
): string {
  if (config.baseUrl) return config.baseUrl;
  let { protocol, host } = request;
  let prefix = config.prefix;
  const { remoteAddress, localAddress, localPort } = request.socket;
  const here = localAddress?.replace(/^::ffff:/i, '');
  if (trust(remoteAddress)) {
    const said = forwarded(single(request.headers.forwarded));
    protocol = said.proto === 'http' || said.proto === 'https' ? said.proto : protocol;
    host = said.host ?? host;
    const outer = single(request.headers['x-forwarded-prefix']);
    if (outer !== undefined && /^(\/[A-Za-z0-9._~-]+)+\/?$/.test(outer)) prefix = outer.replace(/\/$/, '');
  } else if (!isOurs(host, config, here)) host = '';
  if (!hostForm.test(host))
    host = here === undefined ? `localhost:${config.PORT}` : `${inUrl(here)}:${localPort}`;
  return `${protocol}://${host}${prefix}`;
}

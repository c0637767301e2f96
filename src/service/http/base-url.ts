/** The public address of the service, as the client that asks sees it. */
import type { FastifyRequest } from 'fastify';
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

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

/**
 * Without a slash at the end. The configured address wins; else what a trusted proxy forwarded (Forwarded, then
 * X-Forwarded-Proto, -Host and -Prefix); else the request's own Host.
 */
export function publicBase(
  request: FastifyRequest,
  config: Config,
  trust: (address: string | undefined) => boolean,
): string {
  if (config.baseUrl) return config.baseUrl;
  let { protocol, host } = request;
  let prefix = config.prefix;
  if (trust(request.socket.remoteAddress)) {
    const said = forwarded(single(request.headers.forwarded));
    protocol = said.proto === 'http' || said.proto === 'https' ? said.proto : protocol;
    host = said.host ?? host;
    const outer = single(request.headers['x-forwarded-prefix']);
    if (outer !== undefined && /^(\/[A-Za-z0-9._~-]+)+\/?$/.test(outer)) prefix = outer.replace(/\/$/, '');
  }
  if (!hostForm.test(host)) host = `localhost:${config.PORT}`;
  return `${protocol}://${host}${prefix}`;
}

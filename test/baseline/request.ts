// How a request of the baseline is written down, and how it is sent.
import { request as send } from 'node:http';

/** Which of the services that `services.ts` starts is asked. */
export type ServiceName = 'sample' | 'limited' | 'damaged' | 'real';

/** Values by name; an array repeats the parameter. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

export interface BaselineRequest {
  readonly service: ServiceName;
  /** `group / what`: the key in the record. */
  readonly name: string;
  readonly method: string;
  /** Path and query as they go over the wire. */
  readonly path: string;
  /** A value `<etag>` becomes the ETag that HEAD of the same path has. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Changes the text of an answer before it is recorded: what a clock or a guess wrote. */
  readonly mask?: (text: string) => string;
  /** The body is that of a foreign library or of counters: only status and headers are recorded. */
  readonly withoutBody?: boolean;
  /** Of a text that another request has as well: its hash alone. */
  readonly hashOnly?: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The connection was closed before the body was whole. */
  readonly cut: boolean;
}

type Rest = Partial<
  Pick<BaselineRequest, 'method' | 'headers' | 'body' | 'mask' | 'withoutBody' | 'hashOnly'>
>;

const pairsOf = (parameters: Parameters): [string, string][] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  );

export const queryOf = (parameters: Parameters): string =>
  new URLSearchParams(pairsOf(parameters)).toString();

/** Requests of one path that differ in their parameters. */
export function queries(
  service: ServiceName,
  group: string,
  path: string,
  all: Readonly<Record<string, Parameters>>,
): BaselineRequest[] {
  return Object.entries(all).map(([what, parameters]) => {
    const query = queryOf(parameters);
    return {
      service,
      name: `${group} / ${what}`,
      method: 'GET',
      path: query ? `${path}?${query}` : path,
      headers: {},
    };
  });
}

/** One request in full. */
export function plain(service: ServiceName, name: string, path: string, rest: Rest = {}): BaselineRequest {
  return { service, name, method: 'GET', path, headers: {}, ...rest };
}

/** A form of type application/x-www-form-urlencoded. */
export function form(
  service: ServiceName,
  name: string,
  path: string,
  parameters: Parameters,
): BaselineRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return plain(service, name, path, { method: 'POST', headers, body: queryOf(parameters) });
}

/** A form of type multipart/form-data; names that end in `@file` are sent as files. */
export function multipart(
  service: ServiceName,
  name: string,
  path: string,
  parameters: Parameters,
  end = '--BASELINE--\r\n',
): BaselineRequest {
  const parts = pairsOf(parameters).map(([key, value]) => {
    const file = key.endsWith('@file') ? '; filename="table.vot"' : '';
    const field = key.replace(/@file$/, '');
    return `--BASELINE\r\nContent-Disposition: form-data; name="${field}"${file}\r\n\r\n${value}\r\n`;
  });
  const headers = { 'content-type': 'multipart/form-data; boundary=BASELINE' };
  return plain(service, name, path, { method: 'POST', headers, body: parts.join('') + end });
}

/** Sends a request as it is written; paths are not normalised. */
export async function ask(base: string, asked: BaselineRequest): Promise<Reply> {
  const headers = { ...asked.headers };
  for (const [name, value] of Object.entries(headers)) {
    if (!value.includes('<etag>')) continue;
    const { headers: found } = await exchange(base, { ...asked, method: 'HEAD', headers: {} });
    headers[name] = value.replaceAll('<etag>', found.etag ?? 'no ETag');
  }
  return exchange(base, { ...asked, headers });
}

function exchange(base: string, { method, path, headers, body }: BaselineRequest): Promise<Reply> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const client = send({ hostname, port, method, path, headers: { ...headers, ...length }, agent: false });
    client.on('error', reject);
    client.on('response', (reply) => {
      const pieces: Buffer[] = [];
      reply.on('data', (piece: Buffer) => pieces.push(piece));
      // An answer that is cut short is an error here, and then closes.
      reply.on('error', () => undefined);
      reply.on('close', () => {
        const names = Object.entries(reply.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: reply.statusCode ?? 0,
          headers: Object.fromEntries(names),
          body: Buffer.concat(pieces),
          cut: !reply.complete,
        });
      });
    });
    client.end(body);
  });
}

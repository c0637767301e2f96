// A client that sends any bytes it likes, and looks at the bytes that come back.
import { connect } from 'node:net';

export interface Reply {
  readonly status: number;
  /** By lower-case name; of a repeated one the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** All of Content-Length, or the last chunk, has come. */
  readonly complete: boolean;
}

export interface Exchange {
  /** All bytes that came. */
  readonly bytes: Buffer;
  /** The first answer among them. */
  readonly reply: Reply | undefined;
  /** The client left, having as many bytes as it wanted. */
  readonly left: boolean;
}

export interface How {
  /** Ends its own side after the last byte, as who has nothing more to say: for bytes that may be no whole request. */
  readonly hangUp?: boolean;
  /** Leaves when it has this many bytes. */
  readonly most?: number;
  /** The answer has no body, whatever its headers say. */
  readonly head?: boolean;
}

/** Sends `bytes`, reads until the service closes the connection or `most` has come. An answer that never ends ends with the test's timeout. */
export function exchange(
  base: string,
  bytes: Buffer | string,
  { hangUp, most = 2 ** 23, head }: How = {},
): Promise<Exchange> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    let left = false;
    const socket = connect({ port: Number(port), host: hostname });
    socket.on('connect', () => {
      if (hangUp) socket.end(bytes);
      else socket.write(bytes);
    });
    socket.on('data', (chunk: Buffer) => {
      parts.push(chunk);
      size += chunk.length;
      if (size < most) return;
      left = true;
      socket.destroy();
    });
    // A connection that the service resets has ended, too.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const all = Buffer.concat(parts);
      resolve({ bytes: all, reply: parseReply(all, head), left });
    });
  });
}

function parseReply(bytes: Buffer, head = false): Reply | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return undefined;
  // `100 Continue` comes before the answer.
  if (status < 200) return parseReply(bytes.subarray(end + 4), head);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  if (head || status === 204 || status === 304)
    return { status, headers, body: Buffer.alloc(0), complete: true };
  if (headers['transfer-encoding'] === 'chunked') return { status, headers, ...unchunk(rest) };
  const length = Number(headers['content-length'] ?? rest.length);
  return { status, headers, body: rest.subarray(0, length), complete: rest.length >= length };
}

function unchunk(bytes: Buffer): { body: Buffer; complete: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    const size = end < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (Number.isNaN(size) || end + 2 + size > bytes.length)
      return { body: Buffer.concat(parts), complete: false };
    if (size === 0) return { body: Buffer.concat(parts), complete: true };
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}

/** A request as bytes; its connection closes after the answer. */
export function requestBytes(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body: Buffer | string = '',
): Buffer {
  const all = {
    host: 'localhost',
    connection: 'close',
    ...(method === 'POST' && { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  return Buffer.concat([head, Buffer.from(body)]);
}

// `vignet serve` as a process of its own, and clients that look closely.
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { type Agent, get, type IncomingMessage } from 'node:http';

export interface Serving {
  /** URL without a slash at the end. */
  readonly base: string;
  readonly child: ChildProcess;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  log(): string;
  stop(): Promise<number | string>;
}

export interface Listed {
  readonly id: string;
  readonly path: string;
  readonly s_ra: number;
  readonly s_dec: number;
}

const scripts = (await import('../../scripts/lib/serve.mjs' as string)) as {
  serve(
    archive: string,
    env?: NodeJS.ProcessEnv,
    how?: { readonly options?: readonly string[] },
  ): Promise<Serving>;
  datasets(archive: string): Listed[];
};

export const { serve, datasets } = scripts;

export const syncPath = (parameters: Record<string, string>) =>
  `/api/cutout/sync?${new URLSearchParams(parameters)}`;

export interface Got {
  readonly status: number;
  /** All of Content-Length, or of all chunks, has come. */
  readonly complete: boolean;
  readonly bytes: number;
  readonly digest: string;
  /** The beginning of the body. */
  readonly text: string;
}

/** Reads an answer to its end, however it ends. `begun` is called with its head, and may pause it. */
export function read(
  url: string,
  { agent = false, begun }: { agent?: Agent | false; begun?: (reply: IncomingMessage) => void } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (reply) => {
      const hash = createHash('sha256');
      let bytes = 0;
      let text = '';
      reply.on('data', (chunk: Buffer) => {
        hash.update(chunk);
        bytes += chunk.length;
        if (text.length < 2000) text += chunk.toString('latin1', 0, 2000);
      });
      reply.on('error', () => undefined);
      reply.on('close', () =>
        resolve({
          status: reply.statusCode ?? 0,
          complete: reply.complete,
          bytes,
          digest: hash.digest('hex'),
          text,
        }),
      );
      begun?.(reply);
    });
    request.on('error', reject);
  });
}

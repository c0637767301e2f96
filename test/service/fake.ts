// The service with a product of known bytes: what HTTP does can be tested without an archive.
import type { Writable } from 'node:stream';
import { VignetError } from '../../src/base/errors.ts';
import type { Answer, ByteWindow } from '../../src/products/answers/answer.ts';
import type { Caller } from '../../src/products/caller.ts';
import { buildApp } from '../../src/service/app.ts';
import { loadConfig } from '../../src/service/config.ts';
import type { Ports, Products } from '../../src/service/ports.ts';

export const uuid = '0b3f5a52-8c1d-5e2a-9f66-2f0e6b1f7a10';
export const id = `ivo://example.org/vignet?repo=sample&id=${uuid}`;
export const encodedId = encodeURIComponent(id);
export const good = `/api/cutout/sync?ID=${encodedId}&CIRCLE=10%2020%200.1`;

export interface FakeOptions {
  readonly type?: string;
  readonly ranges?: boolean;
  readonly chunk?: number;
  /** Fails before this byte is written. */
  readonly failAt?: number;
  /** Size is only known after make(). */
  readonly late?: boolean;
  readonly filename?: string;
}

export class FakeAnswer implements Answer {
  readonly contentType: string;
  readonly filename: string;
  readonly etag = '"fake-1"';
  readonly ranges: boolean;
  closed = false;
  made = false;
  readonly #bytes: Uint8Array;
  readonly #options: FakeOptions;

  constructor(bytes: Uint8Array, options: FakeOptions = {}) {
    this.#bytes = bytes;
    this.#options = options;
    this.contentType = options.type ?? 'application/fits';
    this.ranges = options.ranges ?? true;
    this.filename = options.filename ?? 'fake.fits';
  }

  get size(): number | undefined {
    return this.#options.late && !this.made ? undefined : this.#bytes.length;
  }

  async make(): Promise<number> {
    this.made = true;
    return this.#bytes.length;
  }

  async *body(
    window: ByteWindow = { from: 0, to: this.#bytes.length },
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const step = this.#options.chunk ?? 65536;
    for (let at = window.from; at < window.to; at += step) {
      if (this.#options.failAt !== undefined && at >= this.#options.failAt) {
        throw new VignetError(
          'data',
          'FILE_CHANGED',
          'the file of the dataset has changed since it was ingested',
        );
      }
      yield this.#bytes.subarray(at, Math.min(window.to, at + step));
    }
  }

  async write(sink: Writable, window?: ByteWindow): Promise<void> {
    for await (const chunk of this.body(window)) {
      if (this.closed) throw new VignetError('transient', 'CLIENT_GONE', 'closed');
      await new Promise<void>((resolve, reject) => {
        const gone = () => reject(new VignetError('transient', 'CLIENT_GONE', 'the client went away'));
        sink.once('close', gone);
        sink.write(chunk, (error) => {
          sink.off('close', gone);
          if (error) reject(error);
          else resolve();
        });
      });
    }
  }

  async bytes(): Promise<Uint8Array> {
    return this.#bytes;
  }

  close(): void {
    this.closed = true;
  }
}

type Asked = Parameters<Products['cutout']>[1] & { readonly runId?: string };

/** Makes the answer of a cutout. */
export type MakeCutout = (
  request: Asked,
  caller: Caller & { readonly signal: AbortSignal },
) => Promise<Answer | undefined>;

/** Products whose cutouts are given; every stack is the same bytes, no mosaic has any. */
export function fakeProducts(makeCutout: MakeCutout = async () => new FakeAnswer(pixels)): Products {
  return {
    async cutout(_id, request, caller) {
      const { signal = new AbortController().signal } = caller;
      const answer = await makeCutout(request, { ...caller, signal });
      return answer && Object.assign(answer, { box: undefined, missingPlanes: [] });
    },
    stack: async () =>
      Object.assign(new FakeAnswer(pixels), { inputs: 1, observations: 1, stampSize: 1, overflow: false }),
    mosaic: async () => undefined,
    coverage: async () => ({ contentType: 'application/fits', content: pixels, filename: 'moc.fits' }),
    datasets: {
      file: async () => new FakeAnswer(pixels),
      header: async () => new FakeAnswer(pixels, { type: 'application/json' }),
      provenance: () => Promise.reject(new TypeError('this archive has no provenance')),
      describe: () => Promise.reject(new TypeError('this archive describes nothing')),
      preview: async () => new FakeAnswer(pixels, { type: 'image/png' }),
      pack: async () => new FakeAnswer(pixels, { type: 'application/x-tar' }),
    },
    whyNoMosaic: async () => 'no coadd overlaps the region; nothing does',
    whyNoCutout: async () => 'the region and the image have no pixel in common',
  };
}

export const pixels = Uint8Array.from({ length: 5760 }, (_, at) => (at * 31) % 251);

export function fakePorts(makeCutout?: MakeCutout): Ports {
  return {
    version: '0.0.0-test',
    vignet: fakeProducts(makeCutout),
    authority: async () => 'example.org',
    contents: async () => ({
      datasets: 1234,
      collections: [{ name: 'Sample <&>', type: 'visit_image', datasets: 1234 }],
      samples: [{ id, label: 'r visit 7, detector 3', lon: 10, lat: 20, radius: 0.01 }],
    }),
    dependsOnPrincipal: () => false,
    engine: fakeEngine,
    check: async () => undefined,
  };
}

const wait = { count: 1, sum: 2, max: 2 };

/** An engine with numbers that differ, and one call that has come back. */
const fakeEngine: Ports['engine'] = {
  metrics: () => ({
    threads: 3,
    queued: { quick: 59, interactive: 2, bulk: 5 },
    running: { quick: 61, interactive: 1, bulk: 7 },
    requests: { quick: 67, interactive: 11, bulk: 13 },
    tasks: { done: 17, failed: 19, cancelled: 23, yielded: 29, refused: 31 },
    workersDied: 37,
    waits: { quick: wait, interactive: wait, bulk: wait },
    stages: { 'cutout-fill': wait },
    bytes: { ceiling: 1000, held: 41, peak: 43, waiting: 47, pooled: 53 },
  }),
  observe: (observer) => observer({ kind: 'cutout-fill', class: 'bulk', waitedMs: 3, ms: 30 }),
};

type Settings = Parameters<typeof loadConfig>[0];

/** The service with silent logs; close it after use. */
export async function fakeApp(
  makeCutout?: MakeCutout,
  settings: Settings = {},
  environment: NodeJS.ProcessEnv = {},
) {
  const config = loadConfig({ LOG_LEVEL: 'silent', VIGNET_MAX_LAG_MS: 60_000, ...settings }, environment);
  const app = await buildApp(config, fakePorts(makeCutout));
  await app.ready();
  return app;
}

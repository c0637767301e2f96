// Archives of given files, served on a socket, and the addresses of their datasets.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import type { ListedDataset } from '../../../src/archive/dataset-search.ts';
import { ingest } from '../../../src/ingest/index.ts';
import { type RealService, realService } from '../real.ts';

const shared = resolve(import.meta.dirname, '../../../../shared');
export const realData = process.env.VIGNET_REAL_DATA ?? join(shared, 'data');
export const realCases = process.env.VIGNET_CASES ?? join(shared, 'cases');

export interface Served {
  readonly service: RealService;
  readonly rows: readonly ListedDataset[];
  /** `http://…/api/datasets/repo/uuid` of a row. */
  url(row: ListedDataset): string;
  /** The row of a file, by the end of its path. */
  row(path: string): ListedDataset;
  close(): Promise<void>;
}

/** Serves files and folders, which stay where they are. */
export async function served(
  paths: readonly string[],
  settings: Parameters<typeof realService>[0] = {},
): Promise<Served> {
  const archive = mkdtempSync(join(tmpdir(), 'vignet-datasets-'));
  await ingest(archive, [...paths], { collection: 'files', repo: 'files', seek: false });
  const service = await realService({ VIGNET_ARCHIVE: archive, VIGNET_THREADS: 2, ...settings });
  const rows: ListedDataset[] = [];
  for await (const piece of service.vignet.archive.as(ANONYMOUS).list()) rows.push(...piece);
  return {
    service,
    rows,
    url: ({ repo, uuid }) => `${service.url}/api/datasets/${repo}/${uuid}`,
    row(path) {
      const found = rows.find((row) => row.path === path) ?? rows.find((row) => row.path.endsWith(path));
      if (!found) throw new Error(`no dataset of ${path}`);
      return found;
    },
    async close() {
      await service.close();
      rmSync(archive, { recursive: true, force: true });
    },
  };
}

/** Bytes that are different everywhere. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12345;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

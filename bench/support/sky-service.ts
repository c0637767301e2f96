/** The service on an archive of many rows: how soon it answers, and the memory it has come to. */
import { readFileSync } from 'node:fs';
// @ts-expect-error plain JavaScript, which the project's scripts share
import { serve } from '../../scripts/lib/serve.mjs';

export interface SkyService {
  /** Seconds from the start of the process until it listens and has answered. */
  readonly ready: number;
  /** MiB at most: all, and without pages of files. */
  readonly memory: string;
}

/** Asked for its landing page, and for the layouts of datasets. */
export async function serviceOf(folder: string, uuids: readonly string[]): Promise<SkyService> {
  const start = performance.now();
  const { base, child, stop } = await serve(folder);
  const get = async (path: string) => {
    const answer = await fetch(`${base}${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    await answer.arrayBuffer();
  };
  await get('/healthz');
  const ready = (performance.now() - start) / 1000;
  await get('/');
  for (const uuid of uuids) await get(`/api/datasets/bench/${uuid}/layout`);
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const of = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  await stop();
  return { ready, memory: `${of('VmHWM')} MiB at most, now ${of('RssAnon')} MiB besides pages of files` };
}

/** The stack service in a process of its own, and clients that ask it all at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import type { StackArchive } from './stack-archive.ts';

export interface Clients {
  /** Seconds from the first request to the end of the slowest answer; every client has its own place. */
  askAtOnce(clients: number, observations: number): Promise<number>;
  /** Most memory that the service has held so far, bytes. */
  peakRss(): number;
  close(): Promise<void>;
}

const program = join(import.meta.dirname, '../../bin/vignet.mjs');

/** Starts `vignet serve` on any free port. */
async function start(folder: string): Promise<{ child: ChildProcess; base: string }> {
  const child = spawn(process.execPath, [program, 'serve', '--archive', folder, '--port', '0'], {
    env: { ...process.env, LOG_LEVEL: 'info', HOST: '127.0.0.1', VIGNET_MAX_LAG_MS: '60000' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const base = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said = (said + chunk).slice(-20_000);
      const found = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}: ${said}`)));
  });
  return { child, base };
}

function take(agent: Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('error', reject);
      response.on('close', () => {
        if (response.statusCode === 200 && bytes === Number(response.headers['content-length'])) resolve();
        else reject(new Error(`${response.statusCode}, ${bytes} bytes for ${url}`));
      });
    }).on('error', reject);
  });
}

export async function serveStacks({ folder, places }: StackArchive): Promise<Clients> {
  const { child, base } = await start(folder);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const urlOf = (client: number, observations: number) => {
    const [lon, lat] = places[client % places.length] ?? [0, 0];
    // Links of one visit are rows of their own only where the type is named.
    const query = {
      RA: String(lon),
      DEC: String(lat),
      DPSUBTYPE: 'visit_image',
      CUTOUTDETAIL: 'MaskedImage',
    };
    return `${base}/api/stack/sync?${new URLSearchParams({ ...query, MAXREC: String(observations) })}`;
  };
  const askAtOnce = async (clients: number, observations: number) => {
    const begin = performance.now();
    await Promise.all(Array.from({ length: clients }, (_, n) => take(agent, urlOf(n, observations))));
    return (performance.now() - begin) / 1000;
  };
  // Packs read, pages touched.
  await askAtOnce(places.length, 1000);
  return {
    askAtOnce,
    peakRss: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    },
    close: async () => {
      agent.destroy();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

// A service on a free port of this machine, for scripts that talk to one.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

const vignet = join(root, 'bin/vignet.mjs');

/**
 * Starts `vignet serve` on a free port and waits until it listens. `stop()` ends it gracefully and resolves to its exit
 * code; `child`, `exited` and `log()` are for who wants to end it otherwise. `options`: more of `vignet serve`.
 */
export async function serve(archive, env = {}, { options = [] } = {}) {
  const child = spawn(process.execPath, [vignet, 'serve', '--archive', archive, ...options], {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const exited = new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
  const listening = new Promise((resolve) => {
    const keep = (chunk) => {
      log += chunk;
      const [, base] = /^Vignet serves .* at (\S+)\/$/m.exec(log) ?? [];
      if (base) resolve(base);
      // What is never read is cut at its old end.
      if (log.length > 4_000_000) log = log.slice(-2_000_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
  });
  const base = await Promise.race([listening, exited.then(() => undefined)]);
  if (!base) throw new Error(`the service did not start:\n${log}`);
  return {
    base,
    child,
    exited,
    log: () => log,
    /** Resident memory of the service in MiB. */
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** The archive's datasets, as `vignet ls --json` prints them. */
export function datasets(archive) {
  const listed = spawnSync(process.execPath, [vignet, 'ls', '--json', '--archive', archive], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (listed.status !== 0) throw new Error(`vignet ls failed: ${listed.stderr}`);
  return listed.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

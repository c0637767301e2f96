// A service on a free port of this machine, for scripts that talk to one.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root } from './steps.mjs';

const vignet = join(root, 'bin/vignet.mjs');

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts `vignet serve` and waits until it is healthy. `stop()` ends it gracefully and resolves to its exit code. */
export async function serve(archive, env = {}) {
  const port = await freePort();
  let log = '';
  const child = spawn(process.execPath, [vignet, 'serve', '--archive', archive, '--port', String(port)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk) => {
    log = (log + chunk).slice(-10_000);
  });
  child.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-10_000);
  });
  const exited = new Promise((resolve) => {
    child.on('exit', resolve);
  });
  const base = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const healthy = await fetch(`${base}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) break;
    if (tries > 200 || child.exitCode !== null) throw new Error(`the service did not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    base,
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

// The command as a process, as people run it.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const bin = resolve(root, 'bin/vignet.mjs');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** The same, where it is no text. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

export interface How {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end, whatever its exit code. */
export function run(program: string, args: readonly string[], { cwd = root, env = {} }: How = {}) {
  return new Promise<Ended>((done) => {
    const { VIGNET_ARCHIVE: _, ...inherited } = process.env;
    const options = {
      cwd,
      env: { ...inherited, ...env },
      encoding: 'buffer',
      maxBuffer: 1 << 28,
      timeout: 600_000,
    } as const;
    const child = execFile(program, args, options, (error, bytes, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      done({ code, bytes, stdout: bytes.toString(), stderr: stderr.toString() });
    });
    child.stdin?.end();
  });
}

export function vignet(args: readonly string[], how: How = {}): Promise<Ended> {
  return run(process.execPath, [bin, ...args], how);
}

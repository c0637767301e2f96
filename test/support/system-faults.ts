// A command whose n-th system call of a kind fails, or that is killed there: what a full or broken disk, or a power cut, does to it. By strace,
// which counts the calls of each thread; the n-th call of whichever thread makes it first is meant.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const program = resolve(import.meta.dirname, '../../bin/vignet.mjs');

export interface Fault {
  readonly call: string;
  readonly nth: number;
  /** Only calls that name this file, or a descriptor of it; else of any. An absolute path. */
  readonly file?: string;
}

/** How the call ends: with an error as the system names it, or never, because the process is killed before it. */
export type Ending = 'ENOSPC' | 'EIO' | 'EACCES' | 'SIGKILL';

/** The first `count` calls of a kind. */
export const each = (call: string, count: number, file?: string): Fault[] =>
  Array.from({ length: count }, (_, n) => ({ call, nth: n + 1, ...(file !== undefined && { file }) }));

/** Every `step`-th, beginning with a first one that no other choice has: in the short form, a selection. */
export const some = <T>(all: readonly T[], step: number, first = 0): T[] =>
  all.filter((_, n) => n % step === first % step);

export interface Faulted {
  /** Exit code; -1 where the command ended without one. */
  readonly code: number;
  readonly said: string;
}

export async function vignetWithFault(
  args: readonly string[],
  { call, nth, file }: Fault,
  ending: Ending,
): Promise<Faulted> {
  const what = ending.startsWith('SIG') ? `signal=${ending}` : `error=${ending}`;
  const only = file === undefined ? [] : ['-P', file];
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:${what}:when=${nth}`];
  const strace = ['-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', ...inject, ...only];
  // One thread for files, so that the n-th call is the same one every time.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  try {
    await execute('strace', [...strace, process.execPath, program, ...args], { env });
    return { code: 0, said: '' };
  } catch (failure) {
    const { code, stderr } = failure as { code?: number; stderr: string };
    return { code: typeof code === 'number' ? code : -1, said: stderr };
  }
}

/** `vignet serve --restart`: a parent that does nothing but start the service again when it has died. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** A service that lived this long started well: the next one is started without delay. */
const SETTLED_MS = 60_000;
/** A wrong configuration: starting again would not help. */
const USAGE = 2;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const endOf = (child: ChildProcess) =>
  new Promise<Ended>((resolve) => {
    child.once('error', () => resolve({ code: 1, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

/**
 * Runs `node ...command` until it ends by itself (exit code 0 or 2) or this process receives a signal to stop; after a fault (a signal, another
 * code) it is started again, at longer and longer intervals while it keeps dying at once. Resolves to the exit code.
 */
export async function keepRunning(command: readonly string[]): Promise<number> {
  let child: ChildProcess | undefined;
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    stopping = true;
    child?.kill(signal);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  let wait = FIRST_PAUSE_MS;
  for (;;) {
    const started = performance.now();
    child = spawn(process.execPath, command, { stdio: 'inherit' });
    const { code, signal } = await endOf(child);
    if (stopping || code === 0 || code === USAGE) return code ?? 0;
    if (performance.now() - started > SETTLED_MS) wait = FIRST_PAUSE_MS;
    process.stderr.write(`vignet: the service ended with ${signal ?? code}; starting it again\n`);
    await pause(wait);
    if (stopping) return 0;
    wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
  }
}

/** How a command ends when it cannot do what it was asked. */
import { CommanderError } from 'commander';
import { VignetError } from '../base/errors.ts';

/** Prints one sentence on stderr and returns the exit code: 0 help, 1 failed, 2 usage. */
export function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof VignetError) {
    console.error(`vignet: ${error.message} [${error.code}]`);
    return error.kind === 'usage' ? 2 : 1;
  }
  console.error(error instanceof Error ? `vignet: ${error.message}` : `vignet: ${String(error)}`);
  if (process.env.VIGNET_DEBUG && error instanceof Error) console.error(error.stack);
  return 1;
}

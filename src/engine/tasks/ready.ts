/**
 * Runs nothing: a thread that answers has started. Costs nothing.
 */
import { oneCall } from '../task-kind.ts';

export const readyTask = oneCall<undefined, undefined>({ kind: 'ready', run: () => undefined });

/** The engine of a command that makes one thing. */
import { availableParallelism } from 'node:os';
import type { EngineOptions } from '../engine/engine.ts';

/** On one core the work is done here: a second thread would only have to be started. */
export const engineOptions: EngineOptions = availableParallelism() === 1 ? { threads: 0 } : {};

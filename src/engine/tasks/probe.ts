/**
 * Runs: whether the files of datasets are still as they were ingested. Reads no pixel.
 * Costs: each file is opened; some 5 µs. Can be cancelled; does not yield.
 */
import { native } from '../../addon/addon.ts';
import { type AddonSource, needsBytes } from '../../addon/sources.ts';
import type { FileProblem, ProbeInput } from '../../addon/stack.ts';
import { oneCallOnSources } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

/** For each dataset null, or why its files cannot be read. */
export const probeTask = oneCallOnSources<
  readonly ProbeInput[],
  readonly (FileProblem | null)[],
  readonly ProbeInput<AddonSource>[]
>({
  kind: 'probe',
  wire: (inputs, supply) => inputs.map(suppliedInput(supply)),
  run: (inputs, { control, deadlineMs }) => {
    const found = native.probeFiles(inputs, control, deadlineMs);
    return needsBytes(found) ? found : found.problems;
  },
});

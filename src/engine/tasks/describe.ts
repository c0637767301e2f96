/**
 * Runs: says what a layout holds. Reads no file.
 * Costs: its cards are inflated and its footprint is followed; some 100 µs.
 */
import { native } from '../../addon/addon.ts';
import type { LayoutInfo } from '../../addon/layout.ts';
import { oneCall } from '../task-kind.ts';

export const describeTask = oneCall<{ readonly layout: Uint8Array }, LayoutInfo>({
  kind: 'describe',
  run: ({ layout }) => native.describeLayout(layout),
});

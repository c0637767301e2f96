/**
 * Runs: reads and describes the layout of a dataset.
 * Costs: the headers of all HDUs and the tables of the exposure are read.
 */
import { native } from '../../addon/addon.ts';
import type { ExposureInfo, LayoutInfo, LayoutSource } from '../../addon/layout.ts';
import { type AddonSource, needsBytes, type OrNeed } from '../../addon/sources.ts';
import { oneCallOnSources } from '../task-kind.ts';

export interface DescribedLayout {
  readonly layout: Uint8Array;
  readonly info: LayoutInfo;
  readonly exposure: ExposureInfo;
}

function described(parts: readonly LayoutSource<AddonSource>[]): OrNeed<DescribedLayout> {
  const read = native.readLayout(parts);
  if (needsBytes(read)) return read;
  const { layout } = read;
  const sources = parts.map(({ source }) => source);
  const exposure = native.describeExposure(layout, sources);
  if (needsBytes(exposure)) return exposure;
  return { layout, info: native.describeLayout(layout), exposure };
}

export const layoutTask = oneCallOnSources<
  readonly LayoutSource[],
  DescribedLayout,
  readonly LayoutSource<AddonSource>[]
>({
  kind: 'layout',
  wire: (parts, supply) => parts.map((part) => ({ ...part, source: supply(part.source) })),
  run: described,
});

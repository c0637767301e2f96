/**
 * Runs: reads and describes the layout of a dataset.
 * Costs: the headers of all HDUs and the tables of the exposure are read.
 */
import { native } from '../../addon/addon.ts';
import type { ExposureInfo, LayoutInfo, LayoutSource } from '../../addon/layout.ts';
import { oneCall } from '../task-kind.ts';

export interface DescribedLayout {
  readonly layout: Uint8Array;
  readonly info: LayoutInfo;
  readonly exposure: ExposureInfo;
}

function described(sources: readonly LayoutSource[]): DescribedLayout {
  const { layout } = native.readLayout(sources);
  if (!layout) throw new TypeError('the pool reads layouts of files only, not of extents');
  const exposure = native.describeExposure(
    layout,
    sources.map(({ source }) => source),
  );
  return { layout, info: native.describeLayout(layout), exposure };
}

export const layoutTask = oneCall<readonly LayoutSource[], DescribedLayout>({
  kind: 'layout',
  run: described,
});

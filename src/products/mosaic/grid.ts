/** The grid that a mosaic is resampled onto. */

import { native } from '../../addon/addon.ts';
import type { MosaicPlanTask } from '../../addon/mosaic.ts';
import type { ArchiveView } from '../../archive/view.ts';
import type { Stencil } from '../../base/sky.ts';
import { type Card, real, text } from '../../fits/cards.ts';
import type { MosaicGrid } from '../../vo/mosaic/request.ts';
import { middleOf, middleOfRegion } from '../select/middle.ts';
import type { MosaicInput } from '../select/mosaic-inputs.ts';

const DEGREE = Math.PI / 180;

/** What the plan needs to know of it. Throws as `ArchiveView.resolve` does, and VignetError data NO_WCS. */
export async function gridTask(
  view: ArchiveView,
  grid: MosaicGrid | undefined,
  region: Stencil | undefined,
  inputs: readonly MosaicInput[],
): Promise<Pick<MosaicPlanTask, 'grid' | 'align'>> {
  if (!grid) return {};
  if ('cards' in grid) return { grid: grid.cards };
  if ('align' in grid) {
    const { layout } = await view.resolve(grid.align);
    return { align: layout.slice() };
  }
  const infos = inputs
    .slice(0, region ? 1 : 1000)
    .map(({ dataset }) => native.describeLayout(dataset.layout));
  const [lon, lat] = region ? middleOfRegion(region) : middleOf(infos.flatMap(({ center = [] }) => center));
  const step = (grid.pixelScale ?? infos.find(({ pixelScale }) => pixelScale)?.pixelScale ?? 0.2) / 3600;
  const [sine, cosine] = [Math.sin(grid.rotation * DEGREE) * step, Math.cos(grid.rotation * DEGREE) * step];
  const cards: Card[] = [
    text('CTYPE1', `RA---${grid.projection}`),
    text('CTYPE2', `DEC--${grid.projection}`),
    text('CUNIT1', 'deg'),
    text('CUNIT2', 'deg'),
    real('CRPIX1', 0),
    real('CRPIX2', 0),
    real('CRVAL1', lon),
    real('CRVAL2', lat),
    real('CD1_1', -cosine),
    real('CD1_2', sine),
    real('CD2_1', sine),
    real('CD2_2', cosine),
    text('RADESYS', 'ICRS'),
  ];
  return { grid: cards.join('\n') };
}

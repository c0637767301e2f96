/**
 * Runs: three images of one grid into coloured pixels.
 * Costs: all pixels are read twice; `pictureMemory` beside the input. Can be cancelled; does not yield.
 * Transfers: the pixels.
 */
import { native } from '../../addon/addon.ts';
import type { ColourChannel, ColourOptions, PictureRaster } from '../../addon/render.ts';
import { oneCall } from '../task-kind.ts';

export interface Colouring {
  readonly channels: readonly ColourChannel[];
  readonly options: ColourOptions;
}

export const colourTask = oneCall<Colouring, PictureRaster>({
  kind: 'colour',
  run: ({ channels, options }, { control, deadlineMs }) =>
    native.renderColour(channels, options, control, deadlineMs),
  transfer: ({ rgba }) => [rgba.buffer],
});

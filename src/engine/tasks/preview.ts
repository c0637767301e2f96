/**
 * Runs: the whole image of a dataset into a small grey picture.
 * Costs: all tiles of the image are decoded, a block at a time; `previewMemory`. Can be cancelled; does not yield.
 * Transfers: the pixels.
 */
import { native } from '../../addon/addon.ts';
import type { PictureRaster, PreviewCall } from '../../addon/render.ts';
import { type AddonSource, needsBytes } from '../../addon/sources.ts';
import { oneCallOnSources } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

export const previewTask = oneCallOnSources<PreviewCall, PictureRaster, PreviewCall<AddonSource>>({
  kind: 'preview',
  wire: (task, supply) => suppliedInput(supply)(task),
  run: (task, { control, deadlineMs }) => native.preview(task, control, deadlineMs),
  transfer: (picture) => (needsBytes(picture) ? [] : [picture.rgba.buffer]),
});

/** Of the pixels of a block of tiles, where no tile is larger. */
const BLOCK = 8 * 1048576;
/** A sum, a count, a mean and twice four bytes of colour, for each pixel of the picture. */
const PER_PIXEL = 8 + 4 + 4 + 8;

/** Bytes that are allocated for a picture and its encoding. */
export const previewMemory = (maxSide: number): number => BLOCK + PER_PIXEL * maxSide ** 2;

/**
 * Runs: lists the images of a file, of whatever meaning.
 * Costs: the headers of all HDUs are read.
 */
import { native } from '../../addon/addon.ts';
import type { FileImages } from '../../addon/layout.ts';
import type { AddonSource } from '../../addon/sources.ts';
import type { Source } from '../../base/sources.ts';
import { oneCallOnSources } from '../task-kind.ts';

export const imagesTask = oneCallOnSources<Source, FileImages, AddonSource>({
  kind: 'images',
  wire: (source, supply) => supply(source),
  run: (source) => native.listImages(source),
});

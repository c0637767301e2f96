/** The services that Vignet offers, in the order in which pages list them. A new one is added here. */
import { cutoutService } from './cutout/index.ts';
import { datasetService } from './datasets/index.ts';
import type { Service } from './kit/index.ts';
import { mocService } from './moc/index.ts';
import { mosaicService } from './mosaic/index.ts';
import { stackService } from './stack/index.ts';

export const allServices: readonly Service[] = [
  cutoutService,
  stackService,
  mosaicService,
  datasetService,
  mocService,
];

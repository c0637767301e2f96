/** Dataset types of a release as a Butler knows them. */
import type { CalibrationType } from '../calibrations.ts';
import type { SimulatedType } from '../options.ts';
import type { Dimension } from './schema.ts';

export interface ButlerType {
  readonly name: SimulatedType | CalibrationType;
  readonly storageClass: string;
  /** Class of the pipelines that reads the files. */
  readonly formatter: string;
  /** Required dimensions, in the universe's order. */
  readonly dimensions: readonly Dimension[];
  readonly isCalibration: boolean;
}

const FORMATTERS = 'lsst.obs.base.formatters.fitsExposure';

const type = (name: ButlerType['name'], dimensions: readonly Dimension[], own: Partial<ButlerType> = {}) => ({
  name,
  storageClass: 'ExposureF',
  formatter: `${FORMATTERS}.FitsExposureFormatter`,
  dimensions,
  isCalibration: false,
  ...own,
});

const calibration = { isCalibration: true };
const mask = { storageClass: 'ImageI', formatter: `${FORMATTERS}.FitsImageFormatter` };

export const BUTLER_TYPES: readonly ButlerType[] = [
  type('raw', ['instrument', 'detector', 'exposure'], { storageClass: 'Exposure' }),
  type('bias', ['instrument', 'detector'], calibration),
  type('dark', ['instrument', 'detector'], calibration),
  type('flat', ['instrument', 'detector', 'physical_filter'], calibration),
  type('defects', ['instrument', 'detector'], { ...calibration, ...mask }),
  type('visit_image', ['instrument', 'detector', 'visit']),
  type('difference_image', ['instrument', 'detector', 'visit']),
  type('deep_coadd', ['band', 'skymap', 'tract', 'patch']),
  type('template_coadd', ['band', 'skymap', 'tract', 'patch']),
];

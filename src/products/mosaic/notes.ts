/** What the reader of a mosaic should know besides its pixels. */
import { pixelUnitKind } from '../../astronomy/pixel-unit.ts';
import type { MosaicRequest } from '../../vo/mosaic/request.ts';
import { calibrated, type PlannedMosaic } from './place.ts';
import type { PlannedInput } from './tables.ts';

/** Sentences about units and calibrations that are not known; undefined where there is nothing to say. */
export function noteOf(
  placed: PlannedMosaic,
  inputs: readonly PlannedInput[],
  { combine, conserve }: MosaicRequest,
): string | undefined {
  const notes: string[] = [];
  const isUnknown = pixelUnitKind(placed.pixelUnit) === 'unknown';
  if (conserve === 'auto' && isUnknown && inputs.some(({ placement }) => !placement.shift))
    notes.push(
      'the unit of the pixels is not known, so resampled pixels keep their values and not fluxes; CONSERVE=flux keeps fluxes',
    );
  const raw = inputs.filter((input) => !calibrated(input)).length;
  if (combine && placed.unit === 'native' && raw > 0 && inputs.length > 1)
    notes.push(
      `${raw} of ${inputs.length} inputs have no calibration, so pixels are combined as they are, whatever their exposure times and bands`,
    );
  return notes.length > 0 ? notes.join('; ') : undefined;
}

/** The inputs of a mosaic and where they lie. */

import type { MosaicPlan, MosaicPlanTask, Rings } from '../../addon/mosaic.ts';
import { isNanojansky } from '../../astronomy/observation.ts';
import { defined } from '../../base/defined.ts';
import { VignetError } from '../../base/errors.ts';
import type { Box } from '../../base/sky.ts';
import type { RequestOptions } from '../../engine/engine.ts';
import { mosaicPlanTask } from '../../engine/tasks/mosaic-plan.ts';
import type { PixelUnit } from '../../vo/common/pixel-parameters.ts';
import { type Edge, printSizedPlace } from '../../vo/common/size.ts';
import { printInterval } from '../../vo/dali/numbers.ts';
import { printStencil } from '../../vo/dali/stencils.ts';
import type { MosaicGrid, MosaicRequest } from '../../vo/mosaic/request.ts';
import { type Conserved, conserved } from '../conserve.ts';
import type { ArchiveDeps } from '../deps.ts';
import { defaultLimits } from '../limits.ts';
import { findInputs, type MosaicInput, type MosaicInputs } from '../select/mosaic-inputs.ts';
import { gridTask } from './grid.ts';
import { placeSized, sizedTask } from './sized.ts';
import type { PlannedInput } from './tables.ts';

/** Whether its pixels can be given in nJy. */
export const calibrated = ({ dataset: { observation } }: MosaicInput) =>
  isNanojansky(observation.unit) ||
  (observation.photometry !== null && !observation.photometry.fields?.length);

/** An input as tasks have it: `number` is the one in the owners' plane, `box` where its pixels are wanted. */
export function taskInput({ dataset, placement: { shift }, scale }: PlannedInput, number: number, box: Box) {
  const { layout, sources, seek, inverseVariance } = dataset;
  return { ...{ layout, sources, number, scale, box, inverseVariance }, ...defined({ shift, seek }) };
}

/** How the pixels of inputs become the mosaic's unit. */
function scaleOf(input: MosaicInput, unit: PixelUnit): number {
  if (unit === 'native') return 1;
  const { id, observation } = input.dataset;
  if (calibrated(input)) return isNanojansky(observation.unit) ? 1 : (observation.photometry?.scale ?? 1);
  throw new VignetError(
    'usage',
    'NO_CALIBRATION',
    `UNIT=nJy: ${id} has no photometric calibration for the whole image; leave UNIT out, or choose other images`,
  );
}

function placeText({ region, sized }: MosaicRequest): string | undefined {
  return sized ? printSizedPlace(sized, sized.size) : region && printStencil(region);
}

function provenanceOf(
  request: MosaicRequest,
  found: MosaicInputs,
  unit: PixelUnit,
  conserve: Conserved,
  software: string,
): MosaicPlanTask['provenance'] {
  const first = found.inputs[0]?.dataset;
  const bands = [...new Set(found.inputs.map(({ dataset }) => dataset.band))].filter((band) => band !== null);
  const cards: [string, string | undefined | null, string][] = [
    ['VIGNETID', request.ofId, 'dataset this was cut from'],
    ['VIGNETST', placeText(request), 'region asked for'],
    ['VIGNETCO', request.ids.length > 0 ? undefined : first?.collection, 'collection'],
    ['VIGNETTY', request.ids.length > 0 ? undefined : first?.type, 'dataset type'],
    ['VIGNETBA', bands.join(', '), bands.length > 1 ? 'bands' : 'band'],
    ['VIGNETTI', request.times.map(printInterval).join(', '), '[MJD UTC] TIME asked for'],
    ['VIGNETNT', found.untimed > 0 ? String(found.untimed) : undefined, 'images left out: time not known'],
    ['VIGNETSK', found.skymap?.name, 'skymap whose patches own the pixels'],
    ['VIGNETRE', request.resample, 'how pixels of other grids are resampled'],
    ['VIGNETFX', conserve.what, conserve.how],
    ['VIGNETPE', String(request.positionError), '[pixel] largest error of positions'],
    ['VIGNETVI', request.visit?.toString(), 'visit'],
    ['VIGNETCB', request.combine, 'how pixels of several inputs become one'],
    ['VIGNETBG', request.background === 'match' ? 'match' : undefined, 'constants added to the inputs'],
    ['VIGNETGE', request.geometry === 'detector' ? 'detector' : undefined, 'geometry'],
    ['VIGNETUN', unit, 'unit'],
    ['VIGNETMI', request.missing, 'what to do about inputs that cannot be read'],
    ['VIGNETVR', software, 'software that made this'],
  ];
  return cards.flatMap(([name, value, comment]) => (value ? [{ name, value, comment }] : []));
}

/** A definition without its name. */
export function ringsOf({ skymap }: MosaicInputs): Rings | undefined {
  if (!skymap) return undefined;
  const { name: _, ...rings } = skymap;
  return rings;
}

export interface PlannedMosaic {
  readonly plan: MosaicPlan;
  readonly found: MosaicInputs;
  readonly unit: PixelUnit;
  /** The BUNIT of the pixels; null where it is not known. */
  readonly pixelUnit: string | null;
  readonly conserved: Conserved;
}

/** Weights need variances of all. Throws usage NO_VARIANCE. */
function refuseUnweighed(inputs: readonly MosaicInput[], { combine }: MosaicRequest): void {
  if (combine !== 'weighted' && combine !== 'clipped') return;
  const without = inputs.find(
    ({ dataset: { planes, inverseVariance } }) =>
      !planes.some((kind) => ['variance', 'sigma', ...(inverseVariance ? ['weight'] : [])].includes(kind)),
  );
  if (!without) return;
  const detail = `COMBINE=${combine}: ${without.dataset.id} has no variance, sigma or weight that is known to be an inverse variance; use COMBINE=mean or median`;
  throw new VignetError('usage', 'NO_VARIANCE', detail);
}

/** Images of several pointings have no grid in common; patches have. */
function gridOf({ grid, combine }: MosaicRequest, inputs: readonly MosaicInput[]): MosaicGrid | undefined {
  if (grid || !combine || inputs.every(({ dataset }) => dataset.patch)) return grid;
  return { projection: 'TAN', rotation: 0 };
}

/** Finds the inputs and places them. Undefined when there are none. */
export async function placeInputs(
  deps: ArchiveDeps,
  request: MosaicRequest,
  options: RequestOptions,
): Promise<PlannedMosaic | undefined> {
  const { sized } = request;
  if (!sized) return placeWithin(deps, request, undefined, options);
  return placeSized(sized, request, (region, edge) =>
    placeWithin(deps, { ...request, region }, edge, options),
  );
}

/** Of all of the request's region, or with `edge` of the size within it. */
async function placeWithin(
  { view, engine, software, limits }: ArchiveDeps,
  request: MosaicRequest,
  edge: Edge | undefined,
  options: RequestOptions,
): Promise<PlannedMosaic | undefined> {
  const { maxInputs } = { ...defaultLimits, ...limits };
  const found = await findInputs(view, request, maxInputs, options);
  const { inputs } = found;
  if (inputs.length === 0) return undefined;
  refuseUnweighed(inputs, request);
  const skymap = ringsOf(found);
  const unit = request.unit ?? (request.combine && inputs.every(calibrated) ? 'nJy' : 'native');
  const pixelUnit = unit === 'nJy' ? unit : (inputs[0]?.dataset.observation.unit ?? null);
  const conserve = conserved(request.conserve, pixelUnit);
  const task: MosaicPlanTask = {
    inputs: inputs.map(({ dataset: { layout, sources, patch, inverseVariance } }) => ({
      ...{ layout, sources, inverseVariance },
      ...defined({ patch: skymap && patch ? { tract: patch.tract, patch: patch.patch } : undefined }),
    })),
    ...defined({ skymap, region: request.region, combine: request.combine, sized: sizedTask(request, edge) }),
    ...(await gridTask(view, gridOf(request, inputs), request.region, inputs)),
    ...defined({
      unit: unit === 'nJy' ? unit : undefined,
      camera: request.geometry === 'detector' ? true : undefined,
    }),
    planes: request.detail !== 'Image',
    owners: request.index,
    provenance: provenanceOf(request, found, unit, conserve, software),
  };
  const plan = await engine.run(mosaicPlanTask, task, options);
  return { plan, found, unit, pixelUnit, conserved: conserve };
}

/** The inputs that have a part in the mosaic, or should have; they are numbered in this order. */
export function plannedInputs({ plan, found, unit }: PlannedMosaic): PlannedInput[] {
  return found.inputs.flatMap((input, at) => {
    const placement = plan.inputs[at];
    if (!placement || (!placement.box && placement.code === undefined)) return [];
    const problem =
      input.problem && placement.box ? { code: input.problem.code, problem: input.problem.message } : {};
    return [{ ...input, placement: { ...placement, ...problem }, scale: scaleOf(input, unit) }];
  });
}

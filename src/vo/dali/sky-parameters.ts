/** Regions of sky as parameters, which services of several protocols take. */
import type { Stencil } from '../../base/sky.ts';
import type { Steps } from '../../base/steps.ts';
import { type Parameter, readSteps } from './parameter.ts';
import { parseCircle, parsePolygon, parsePos } from './stencils.ts';
import { multiValued, type Values } from './values.ts';

const stencilCommon = {
  ucd: 'pos.outline;obs',
  datatype: 'double',
  xtype: 'circle',
  multiplicity: 'optional',
} as const;

export const circle: Parameter<Stencil> = {
  ...stencilCommon,
  name: 'CIRCLE',
  unit: 'deg',
  arraysize: '3',
  maxLength: 256,
  description: 'Circle on the sky: ICRS longitude, latitude and radius in degrees.',
  example: '12.5 -3.2 0.01',
  parse: parseCircle,
};

export const polygon: Parameter<Stencil> = {
  ...stencilCommon,
  name: 'POLYGON',
  unit: 'deg',
  arraysize: '*',
  xtype: 'polygon',
  maxLength: 500_000,
  description:
    'Polygon on the sky: ICRS longitude and latitude of three or more vertices in degrees. Sides are great circles; the smaller side is the inside, in either winding.',
  example: '12.49 -3.21 12.51 -3.21 12.5 -3.19',
  parse: parsePolygon,
};

export const pos: Parameter<Stencil> = {
  ucd: 'pos.outline;obs',
  name: 'POS',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'optional',
  maxLength: 500_000,
  description:
    'Region of sky in ICRS degrees: CIRCLE lon lat radius, RANGE lon1 lon2 lat1 lat2, or POLYGON and three or more pairs lon lat.',
  example: 'RANGE 12.49 12.51 -3.21 -3.19',
  parse: parsePos,
};

/** The one region of a request: POS, CIRCLE and POLYGON are one list. A malformed one is told first. Throws usage MULTI_VALUED. */
export function* singleRegion(values: Values): Steps<Stencil | undefined> {
  const given: { parameter: Parameter<Stencil>; stencil: Stencil }[] = [];
  for (const parameter of [pos, circle, polygon])
    for (const text of values.get(parameter.name) ?? [])
      given.push({ parameter, stencil: yield* readSteps(parameter, text) });
  if (given.length > 1) {
    const names = [...new Set(given.map(({ parameter }) => parameter.name))].join(', ');
    const received = `${given.length} (${names})`;
    throw multiValued(
      `expected one region (POS, CIRCLE or POLYGON), received ${received}; send one request for each`,
    );
  }
  return given[0]?.stencil;
}

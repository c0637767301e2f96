/** /api/cutout: SODA 1.0. */
import { inTurns } from '../../base/steps.ts';
import { imageTypes } from '../../vo/dali/response-format.ts';
import { startOfStencil } from '../../vo/dali/stencils.ts';
import { sodaText } from '../../vo/soda/errors.ts';
import { sodaList } from '../../vo/soda/parameters.ts';
import { maxParameters, sodaSteps } from '../../vo/soda/request.ts';
import { defineService } from '../kit/index.ts';
import { cutoutExamples } from './examples.ts';

export const cutoutService = defineService({
  path: 'cutout',
  title: 'SODA 1.0 cutouts',
  summary: 'SODA 1.0 synchronous cutout',
  description:
    'One dataset, at most one of POS, CIRCLE and POLYGON, one BAND, one TIME. Names are case-insensitive.',
  standardId: 'ivo://ivoa.net/std/SODA#sync-1.0',
  parameters: sodaList,
  maxParameters,
  produces: imageTypes,
  responses: {
    200: 'The cutout, FITS or picture',
    204: 'Nothing of the dataset lies in the region, band, time or polarization asked for. The header Vignet-Reason says in which',
    206: 'The part of the cutout that Range asked for',
    500: "Error: the dataset's file is broken, changed or gone",
  },
  errors: sodaText,
  parse: (pairs) => inTurns(sodaSteps(pairs)),
  log: ({ runId, id: { repo, uuid }, stencil }) => ({
    ...{ runid: runId, repo, uuid },
    stencil: stencil && startOfStencil(stencil),
  }),
  run: async ({ id, ...request }, { vignet, caller }) =>
    (await vignet.cutout(id, request, caller)) ?? { nothing: await vignet.whyNoCutout(id, request, caller) },
  examples: cutoutExamples,
});

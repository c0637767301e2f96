/** /api/mosaic: a region of sky from many datasets, which SODA cannot express. */
import { inTurns } from '../../base/steps.ts';
import { imageTypes } from '../../vo/dali/response-format.ts';
import { startOfStencil } from '../../vo/dali/stencils.ts';
import { mosaicList } from '../../vo/mosaic/parameters.ts';
import { maxMosaicParameters, mosaicSteps } from '../../vo/mosaic/request.ts';
import { sodaText } from '../../vo/soda/errors.ts';
import { defineService } from '../kit/index.ts';
import { mosaicExamples } from './examples.ts';

export const mosaicService = defineService({
  path: 'mosaic',
  title: 'Mosaics: a region of sky from many datasets',
  summary: 'A region of sky from many datasets, in one image',
  description:
    'Each pixel comes from the dataset that owns it. One of POS, CIRCLE and POLYGON, or datasets by ID. Names are case-insensitive.',
  parameters: mosaicList,
  maxParameters: maxMosaicParameters,
  produces: [...imageTypes, 'application/json'],
  responses: {
    200: 'The mosaic, FITS or picture; with PLAN=true JSON',
    204: 'No dataset has anything in the region. The header Vignet-Reason says what was looked for and what is there',
    206: 'The part of the mosaic that Range asked for',
    500: 'Error: with MISSING=fail, an input that cannot be read',
  },
  errors: sodaText,
  parse: (pairs) => inTurns(mosaicSteps(pairs)),
  log: ({ runId, ids, region }) => ({
    ...{ runid: runId, ids: ids.length },
    region: region && startOfStencil(region),
  }),
  run: async (request, { vignet, caller }) => {
    const answer = await vignet.mosaic(request, caller);
    if (!answer) return { nothing: await vignet.whyNoMosaic(request, caller) };
    if (!request.plan) return answer;
    answer.close();
    return {
      contentType: 'application/json; charset=utf-8',
      content: `${JSON.stringify(answer.summary, null, 1)}\n`,
    };
  },
  examples: mosaicExamples,
});

/** /api/stack: the stamps of every observation of a position. */
import { inTurns } from '../../base/steps.ts';
import { sodaText } from '../../vo/soda/errors.ts';
import { stackList, stackMediaTypes } from '../../vo/stack/parameters.ts';
import { maxStackParameters, stackSteps } from '../../vo/stack/request.ts';
import { cutoutService } from '../cutout/index.ts';
import { defineService, syncUrl } from '../kit/index.ts';
import { stackExamples } from './examples.ts';

const { fits, ...others } = stackMediaTypes;

export const stackService = defineService({
  path: 'stack',
  aliases: ['timeseries'],
  title: 'Light-curve stacks: stamps of every observation of a position',
  summary: 'Stamps of every observation that covers a position, in time order',
  description:
    'A light-curve stack. The position is given by RA and DEC, by POS=CIRCLE (whose radius sets the size), or by TRACK for a moving target. ' +
    'Stamps keep their pixels, or are resampled onto one grid (cube, tpf, webp). ' +
    'Names are case-insensitive. Inputs that cannot be read are named in the last HDU, STATUS; the others are returned.',
  parameters: stackList,
  maxParameters: maxStackParameters,
  produces: [fits, ...Object.values(others)],
  responses: {
    200: 'The stack: FITS, VOTable or picture',
    204: 'No observation covers the position. The header Vignet-Reason says what was looked for and what is there',
    206: 'The part of the stack that Range asked for',
  },
  errors: sodaText,
  parse: (pairs) => inTurns(stackSteps(pairs)),
  log: ({ target, runId, size, format, collection }) => {
    const where = target.kind === 'fixed' ? [target.ra, target.dec] : `${target.points.length} points`;
    return { runid: runId, where, size, format, collection };
  },
  run: async (request, { vignet, caller, base }) => {
    const answer = await vignet.stack(request, { ...caller, cutouts: syncUrl(base, cutoutService) });
    if (answer.inputs > 0 || request.maxRec === 0 || request.format === 'votable') return answer;
    answer.close();
    return { nothing: answer.note ?? '' };
  },
  examples: stackExamples,
});

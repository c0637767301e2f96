/** /api/moc: the sky that the archive covers. */
import { inTurns } from '../../base/steps.ts';
import { votable } from '../../vo/dali/votable-errors.ts';
import { mocList, mocMediaTypes } from '../../vo/moc/parameters.ts';
import { maxMocParameters, mocSteps } from '../../vo/moc/request.ts';
import { defineService } from '../kit/index.ts';
import { mocExamples } from './examples.ts';

const { fits, ...others } = mocMediaTypes;

export const mocService = defineService({
  path: 'moc',
  endpoint: '',
  title: 'Coverage maps (MOC)',
  summary: 'The sky that datasets cover, as a MOC or as a picture',
  description:
    'A multi-order coverage map (IVOA MOC 2.0) of the datasets that the parameters choose; of all of them without any. ' +
    'It holds every HEALPix cell that a footprint touches, and others only within half a cell of one. Names are case-insensitive.',
  parameters: mocList,
  maxParameters: maxMocParameters,
  produces: [fits, ...Object.values(others)],
  responses: { 200: 'The coverage map: FITS, JSON, ASCII, or a picture' },
  errors: votable,
  parse: (pairs) => inTurns(mocSteps(pairs)),
  log: ({ runId, collection, types, order, format }) => ({ runid: runId, collection, types, order, format }),
  run: (request, { vignet, caller }) => vignet.coverage(request, caller),
  examples: mocExamples,
});

/** /api/datasets: the files themselves, and what is known of them. */

import type { DatasetKey } from '../../base/dataset-id.ts';
import { inTurns } from '../../base/steps.ts';
import { provenanceAnswer } from '../../products/datasets/provenance-answer.ts';
import { tableMediaTypes } from '../../vo/dali/table-format.ts';
import { fileParameters, headerParameters, packParameters, urlParts } from '../../vo/datasets/parameters.ts';
import { parseProvenance, provenanceParameters } from '../../vo/datasets/provenance.ts';
import {
  headerFormatOf,
  maxDatasetParameters,
  maxPackParameters,
  packSteps,
  parseDataset,
  parseFile,
  parseHeader,
} from '../../vo/datasets/request.ts';
import { sodaText } from '../../vo/soda/errors.ts';
import { operation, type RunContext, type Service } from '../kit/index.ts';
import { datasetExamples } from './examples.ts';

/** What operations on one dataset share. */
const ofDataset = {
  methods: ['GET'],
  parts: urlParts,
  maxParameters: maxDatasetParameters,
  log: ({ id: { repo, uuid } }: { readonly id: DatasetKey }) => ({ repo, uuid }),
} as const;

/** A cutout without a region is the whole image: there always is one. */
async function wholePlanes(
  vignet: RunContext['vignet'],
  id: DatasetKey,
  planes: readonly string[],
  caller: RunContext['caller'],
) {
  const answer = await vignet.cutout(id, { planes }, caller);
  if (!answer) throw new TypeError('expected the planes of a dataset');
  return answer;
}

const broken = "Error: the dataset's file is broken, changed or gone";

const file = operation({
  ...ofDataset,
  url: '/:repo/:uuid',
  summary: 'The file of a dataset, or whole planes of it',
  description:
    'The bytes of the file as it was ingested, also where it is gzipped. With PLANES: these planes as one FITS file. The header Want-Repr-Digest: sha-256=1 asks for the checksum of the file.',
  parameters: Object.values(fileParameters),
  produces: ['application/fits', 'application/gzip'],
  responses: {
    200: 'The file',
    206: 'The part of the file that Range asked for',
    416: 'UsageError: Range begins behind the end of the file',
    500: broken,
  },
  parse: parseFile,
  run: ({ id, plane, planes }, { vignet, caller }) =>
    planes ? wholePlanes(vignet, id, planes, caller) : vignet.datasets.file(id, { plane }, caller),
});

const header = operation({
  ...ofDataset,
  url: '/:repo/:uuid/header',
  summary: 'The header cards of all HDUs of a dataset',
  description:
    'As JSON or as text; cards are as the files have them. Companion files come after the file of the image.',
  parameters: Object.values(headerParameters),
  produces: ['application/json', 'text/plain'],
  varies: 'Accept',
  responses: { 200: 'The cards', 500: broken },
  parse: parseHeader,
  run: ({ id, format }, { vignet, caller, accept }) =>
    vignet.datasets.header(id, format ?? headerFormatOf(accept), caller),
});

const layout = operation({
  ...ofDataset,
  url: '/:repo/:uuid/layout',
  summary: 'How a dataset is built: HDUs, planes, tiles, codecs, footprint, observation',
  description: 'What the archive knows without reading the file, as JSON.',
  parameters: [],
  produces: ['application/json'],
  responses: { 200: 'The description' },
  parse: parseDataset,
  run: async ({ id }, { vignet, caller }) => ({
    contentType: 'application/json; charset=utf-8',
    content: `${JSON.stringify(await vignet.datasets.describe(id, caller))}\n`,
  }),
});

const preview = operation({
  ...ofDataset,
  url: '/:repo/:uuid/preview',
  summary: 'The whole image of a dataset as a small picture',
  description:
    'A PNG of at most 1024 pixels on a side, averaged down, with an asinh stretch. North is not up: rows are those of the image.',
  parameters: [],
  produces: ['image/png'],
  responses: { 200: 'The picture', 500: broken },
  parse: parseDataset,
  run: ({ id }, { vignet, caller }) => vignet.datasets.preview(id, caller),
});

const pack = operation({
  url: '',
  methods: ['GET', 'POST'],
  summary: 'The files of several datasets as a tar archive',
  description:
    'manifest.json comes first, then each file once. IDs by ID, repeated, or as a list by IDS (lines, JSON, VOTable). The size is known before; a GET can go on by Range, a POST by FROM. A file that changes while it is sent breaks the connection.',
  parameters: Object.values(packParameters),
  json: packParameters.idList,
  maxParameters: maxPackParameters,
  produces: ['application/x-tar'],
  responses: { 200: 'The archive', 206: 'The part of the archive that Range asked for', 500: broken },
  parse: (pairs) => inTurns(packSteps(pairs)),
  log: ({ ids: { length }, from }) => ({ datasets: length, from }),
  run: ({ ids, from }, { vignet, caller }) => vignet.datasets.pack(ids, { from }, caller),
});

const provenance = operation({
  ...ofDataset,
  url: '/:repo/:uuid/provenance',
  summary: 'What a dataset was made from, or what was made from it',
  description:
    'Inputs to any depth, the datasets met on the way, and the runs that made them: as JSON, as W3C PROV-JSON, or as a table with one row for each input. An input that is not in the archive has its name only; what the caller may not know of is left out.',
  parameters: Object.values(provenanceParameters),
  produces: ['application/json', ...Object.values(tableMediaTypes)],
  responses: { 200: 'The provenance' },
  parse: parseProvenance,
  run: async (request, { vignet, caller }) =>
    provenanceAnswer(await vignet.datasets.provenance(request, caller), request.format),
});

export const datasetService: Service = {
  path: 'datasets',
  title: 'Datasets: files, headers, layouts, previews, provenance, archives of several',
  errors: sodaText,
  operations: [file, header, layout, preview, provenance, pack],
  examples: datasetExamples,
};

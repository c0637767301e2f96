/** What a command is pointed at: a dataset of the archive, or a FITS file with the masks and weights that lie beside it. */

import { randomUUID } from 'node:crypto';
import { realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { OPERATOR } from '../access/principal.ts';
import { native } from '../addon/addon.ts';
import type { ListedDataset } from '../archive/dataset-search.ts';
import type { ArchiveView } from '../archive/view.ts';
import type { Observation } from '../astronomy/observation.ts';
import { parseStates } from '../astronomy/polarization.ts';
import { clip } from '../base/clip.ts';
import type { ResolvedDataset } from '../base/dataset.ts';
import { parseId } from '../base/dataset-id.ts';
import { defined } from '../base/defined.ts';
import { usageError } from '../base/errors.ts';
import type { Stencil } from '../base/sky.ts';
import type { FileSource } from '../base/sources.ts';
import { callNative } from '../base/to-vignet-error.ts';
import { Scratch } from '../bytes/scratch.ts';
import { equals } from '../catalog/predicate.ts';
import { walk } from '../ingest/files/walk.ts';
import {
  type FileDataset,
  type FileResult,
  planFile,
  readFileImages,
  readingHere,
} from '../ingest/ingest-file.ts';
import { openArchive } from '../products/open-archive.ts';
import { bandNames } from '../products/select/choose-datasets.ts';
import type { FilterBounds } from '../vo/soda/request.ts';
import { isDatasetId, namedIds } from './dataset-name.ts';
import { surveyOf } from './describe-option.ts';

export type ReadyDataset = ResolvedDataset & {
  readonly observation: Observation;
  /** What was recognised in a file; of a dataset of the archive the name of the survey description only. */
  readonly recognised: FileResult['recognised'] | string;
  /** What the catalog knows of a dataset of the archive. */
  readonly row?: ListedDataset;
  /** The files that are read, masks and weights beside the image too; empty for a dataset of the archive. */
  readonly inputs: readonly string[];
  /** Of a file: what BAND, TIME and POL are tested against. */
  readonly bounds: FilterBounds;
};

/** Which image of a file, and how the file is read. */
interface Choice {
  readonly hdu?: string;
  /** A survey description: its name or file. */
  readonly describe?: string;
  /** Where the image is to lie. */
  readonly stencil?: Stencil;
}

/** Whether a word is to be read as a file: it is there, or has the form of a path and nothing else. */
export async function isFile(what: string): Promise<boolean> {
  if (isDatasetId(what)) return false;
  return /^(?:\.{0,2}\/|~)/.test(what) || (await stat(what).catch(() => undefined)) !== undefined;
}

/** Resolves `what` and calls `use` while it can be read. */
export async function withDataset(
  what: string,
  flags: Choice & { readonly archive: string },
  use: (dataset: ReadyDataset) => Promise<void>,
): Promise<void> {
  if (await isFile(what)) return withFile(what, flags, use);
  const forFiles = flags.hdu === undefined ? flags.describe && '--describe' : '--hdu';
  if (forFiles)
    throw usageError(
      'CONTRADICTION',
      `${forFiles} needs a file, because a dataset of the archive is one image; leave it out`,
    );
  const [id = what] = await namedIds(flags.archive, [what]);
  const archive = await openArchive(flags.archive);
  try {
    const view = archive.as(OPERATOR);
    const dataset = await view.resolve(id);
    const row = await rowOf(view, dataset.key.uuid);
    await use({ ...dataset, recognised: dataset.survey, inputs: [], bounds: {}, ...defined({ row }) });
  } finally {
    await archive.close();
  }
}

/** What the catalog has of a dataset, by a word for it. */
export async function catalogRow(folder: string, what: string): Promise<ListedDataset | undefined> {
  const [id = what] = await namedIds(folder, [what]);
  const archive = await openArchive(folder);
  try {
    return await rowOf(archive.as(OPERATOR), parseId(id).uuid);
  } finally {
    await archive.close();
  }
}

async function rowOf(view: ArchiveView, uuid: string): Promise<ListedDataset | undefined> {
  for await (const [row] of view.list({ where: equals('uuid', uuid) })) return row;
  return undefined;
}

async function withFile(what: string, choice: Choice, use: (dataset: ReadyDataset) => Promise<void>) {
  const path = await realpath(what).catch(() => {
    throw usageError(
      'NO_SUCH_PATH',
      `expected a readable file or a dataset ID, received '${clip(what, 200)}'`,
    );
  });
  const folder = join(tmpdir(), `vignet-${randomUUID()}`);
  try {
    await use(await datasetOfFile(path, choice, new Scratch(folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The image with the number asked for, else the first that the stencil meets. Throws usage BAD_HDU. */
function chooseImage({ datasets, problems }: FileResult, { hdu, stencil }: Choice): FileDataset {
  if (hdu === undefined) {
    const meets = ({ row: { footprint } }: FileDataset) =>
      stencil && footprint && callNative(() => native.overlaps(footprint, stencil));
    const first = datasets.find(meets) ?? datasets[0];
    if (first) return first;
  }
  const chosen = datasets.find(({ record }) => record.hdu === Number(hdu));
  if (chosen) return chosen;
  const problem = problems.find((one) => one.hdu === Number(hdu));
  if (problem) throw problem.error;
  const held = datasets.map(({ record }) => record.hdu).join(', ');
  throw usageError(
    'BAD_HDU',
    `expected an HDU with an image of its own for --hdu (${held}), received ${hdu}`,
  );
}

async function datasetOfFile(path: string, choice: Choice, scratch: Scratch): Promise<ReadyDataset> {
  const root = { name: 'file', folder: dirname(path) };
  const { survey } = await surveyOf(choice.describe);
  for await (const found of walk(path, root.folder, survey)) {
    if ('problem' in found) throw found.problem.error;
    const plan = await planFile(found.candidate, root);
    const labels = { repo: 'file', collection: 'file', ...(survey && { survey }) };
    const result = await readFileImages(plan, labels, scratch, readingHere);
    const { layout, record } = chooseImage(result, choice);
    const sources: FileSource[] = [];
    for (const file of plan.files) {
      sources.push(
        file.gzip ? await scratch.inflate(root.folder, file) : { root: root.folder, path: file.path },
      );
    }
    return {
      // A companion brings its image: that is what is cut.
      id: basename(found.candidate.path),
      layout,
      sources,
      version: record.files.map((file) => `${file.size} ${file.mtimeNs}`).join(),
      name: record.name,
      observation: record.observation,
      recognised: result.recognised,
      inputs: plan.files.map((file) => join(root.folder, file.path)),
      bounds: defined({
        bandNames: bandNames(record),
        emMin: record.emMin ?? undefined,
        emMax: record.emMax ?? undefined,
        tMin: record.tMin ?? undefined,
        tMax: record.tMax ?? undefined,
        polStates: record.polStates === null ? undefined : parseStates(record.polStates),
      }),
    };
  }
  throw usageError('NO_SUCH_PATH', 'expected a file or a dataset ID, received none');
}

/** What a command is pointed at: a dataset of the archive, or a FITS file with the masks and weights that lie beside it. */

import { randomUUID } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { OPERATOR } from '../access/principal.ts';
import { openArchive } from '../archive/archive.ts';
import type { Observation } from '../astronomy/observation.ts';
import { clip } from '../base/clip.ts';
import type { ResolvedDataset } from '../base/dataset.ts';
import { usageError } from '../base/errors.ts';
import type { FileSource } from '../base/sources.ts';
import { Scratch } from '../bytes/scratch.ts';
import { walk } from '../ingest/files/walk.ts';
import { planFile, readFileImages, readLayoutHere } from '../ingest/ingest-file.ts';

export type ReadyDataset = ResolvedDataset & {
  readonly observation: Observation;
  /** The files that are read, masks and weights beside the image too; empty for a dataset of the archive. */
  readonly inputs: readonly string[];
};

export const isDatasetId = (what: string) => /^(ivo|butler):\/\//i.test(what);

/** Resolves `what` and calls `use` while it can be read. */
export async function withDataset(
  what: string,
  flags: { readonly archive: string; readonly hdu?: string },
  use: (dataset: ReadyDataset) => Promise<void>,
): Promise<void> {
  if (!isDatasetId(what)) return withFile(what, flags.hdu, use);
  if (flags.hdu !== undefined) {
    throw usageError(
      'CONTRADICTION',
      '--hdu needs a file, because a dataset of the archive is one image; leave it out',
    );
  }
  const archive = await openArchive(flags.archive);
  try {
    await use({ ...(await archive.as(OPERATOR).resolve(what)), inputs: [] });
  } finally {
    await archive.close();
  }
}

async function withFile(
  what: string,
  hdu: string | undefined,
  use: (dataset: ReadyDataset) => Promise<void>,
) {
  const path = await realpath(what).catch(() => {
    throw usageError(
      'NO_SUCH_PATH',
      `expected a readable file or a dataset ID, received '${clip(what, 200)}'`,
    );
  });
  const folder = join(tmpdir(), `vignet-${randomUUID()}`);
  try {
    await use(await datasetOfFile(path, hdu, new Scratch(folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function datasetOfFile(path: string, hdu: string | undefined, scratch: Scratch): Promise<ReadyDataset> {
  const root = { name: 'file', folder: dirname(path) };
  for await (const found of walk(path, root.folder)) {
    if ('problem' in found) throw found.problem.error;
    const plan = await planFile(found.candidate, root);
    const labels = { repo: 'file', collection: 'file' };
    const { datasets, problems } = await readFileImages(plan, labels, scratch, readLayoutHere);
    const chosen =
      hdu === undefined ? datasets[0] : datasets.find(({ record }) => record.hdu === Number(hdu));
    if (!chosen) {
      const problem = problems.find((one) => one.hdu === Number(hdu));
      if (problem) throw problem.error;
      const held = datasets.map(({ record }) => record.hdu).join(', ');
      throw usageError(
        'BAD_HDU',
        `expected an HDU with an image of its own for --hdu (${held}), received ${hdu}`,
      );
    }
    const sources: FileSource[] = [];
    for (const file of plan.files) {
      const absolute = join(root.folder, file.path);
      sources.push(
        file.gzip ? await scratch.inflate(absolute, file) : { root: root.folder, path: file.path },
      );
    }
    const { layout, record } = chosen;
    return {
      id: basename(path),
      layout,
      sources,
      version: record.files.map((file) => `${file.size} ${file.mtimeNs}`).join(),
      name: record.name,
      observation: record.observation,
      inputs: plan.files.map((file) => join(root.folder, file.path)),
    };
  }
  throw usageError('NO_SUCH_PATH', 'expected a file or a dataset ID, received none');
}

/** What an archive has of its datasets besides cutouts: the files, their headers and structure, a picture. */
import type { LayoutInfo } from '../../addon/layout.ts';
import type { Archive } from '../../archive/archive.ts';
import type { ReadableDataset } from '../../archive/dataset-search.ts';
import type { DatasetKey } from '../../base/dataset-id.ts';
import { usageError } from '../../base/errors.ts';
import type { RequestOptions } from '../../engine/engine.ts';
import { describeTask } from '../../engine/tasks/describe.ts';
import type { ProvenanceRequest } from '../../vo/datasets/provenance.ts';
import type { Answer } from '../answers/answer.ts';
import { etagOf } from '../answers/etag.ts';
import { classOf } from '../answers/request-class.ts';
import type { Caller } from '../caller.ts';
import type { ProductDeps } from '../deps.ts';
import { defaultLimits } from '../limits.ts';
import { type DatasetDescription, describeDataset } from './describe.ts';
import { Digests } from './digests.ts';
import { FileAnswer } from './file-answer.ts';
import { HeaderAnswer, type HeaderFormat } from './header-answer.ts';
import { packed } from './pack.ts';
import { PREVIEW_SIDE, PreviewAnswer } from './preview-answer.ts';
import { type Provenance, provenanceOf } from './provenance.ts';
import { TarAnswer } from './tar-answer.ts';

type Id = string | DatasetKey;

/**
 * The datasets of an archive as files. All throw VignetError usage BAD_ID, UNKNOWN_ID, UNAUTHENTICATED, FORBIDDEN, and data of files that
 * are gone, changed or damaged.
 * @example
 * ```ts
 * import { createWriteStream } from 'node:fs';
 * import { ANONYMOUS, type DatasetProducts, Vignet } from 'vignet';
 *
 * const vignet = await Vignet.open('.vignet/sample/archive');
 * const datasets: DatasetProducts = vignet.datasets;
 * const [first] = await vignet.archive.as(ANONYMOUS).find({ point: [150.2987, 2.38812] });
 * if (first) {
 *   const file = await datasets.file(first.id, {}, { principal: ANONYMOUS });
 *   await file.write(createWriteStream(file.filename));
 *   file.close();
 * }
 * await vignet.close();
 * ```
 */
export interface DatasetProducts {
  /** The file that holds the image, or the plane of that name; gzipped where it was ingested so. It is open until `close`. */
  file(id: Id, what: { readonly plane?: string | undefined }, caller: Caller): Promise<Answer>;
  /** The cards of all HDUs, uncorrected. */
  header(id: Id, format: HeaderFormat, caller: Caller): Promise<Answer>;
  /** Where it comes from, or what was made from it. Throws usage TOO_MANY too. */
  provenance(request: ProvenanceRequest, caller: Caller): Promise<Provenance>;
  /** What is known of the dataset's structure. */
  describe(id: Id, caller: Caller): Promise<DatasetDescription>;
  /** The whole image as a PNG of at most 1024 pixels on a side. */
  preview(id: Id, caller: Caller): Promise<Answer>;
  /**
   * The files of several datasets as a tar archive: `manifest.json`, then each file once, in the order of the IDs. `from`: begins with the
   * member of this name. Throws usage TOO_MANY, BAD_VALUE too.
   */
  pack(ids: readonly Id[], what: { readonly from?: string | undefined }, caller: Caller): Promise<Answer>;
}

const FITS = 'application/fits';

export function datasetProducts(archive: Archive, deps: ProductDeps): DatasetProducts {
  const { engine, software, drainMs } = deps;
  const digests = new Digests(engine);
  const maxFiles = deps.limits?.maxFiles ?? defaultLimits.maxFiles;

  const described = (layout: Uint8Array, options: RequestOptions) =>
    engine.run(describeTask, { layout }, options);

  /** What an answer about a dataset has: its name ends as the answer does. */
  const about = (dataset: ReadableDataset, what: string, contentType: string, options: RequestOptions) => ({
    ...{ engine, options, drainMs, contentType, dataset },
    filename: `${dataset.name ?? 'dataset'}${what}`,
    etag: etagOf(software, what, dataset.id, dataset.version),
  });

  return {
    async file(id, { plane }, { principal, ...options }) {
      const [originals] = await archive.as(principal).originals([id], options);
      if (!originals) throw new TypeError('expected the files of one dataset');
      const number = plane === undefined ? 0 : fileOf(plane, await described(originals.layout, options));
      const original = originals.files[number];
      if (!original) throw new TypeError('expected a file for each of the layout');
      return new FileAnswer({
        ...{ engine, drainMs, original },
        options: { class: classOf(original.size), ...options },
        contentType: original.gzip ? 'application/gzip' : FITS,
        filename: original.name,
        etag: etagOf('file', original.version),
        file: await original.open(),
        digest: () => digests.of(original, options),
      });
    },

    async header(id, format, { principal, ...options }) {
      const dataset = await archive.as(principal).resolve(id, options);
      const [ending, type] =
        format === 'json'
          ? ['.header.json', 'application/json']
          : ['.header.txt', 'text/plain; charset=utf-8'];
      const info = await described(dataset.layout, options);
      return new HeaderAnswer({ ...about(dataset, ending, type, options), info, format });
    },

    async describe(id, { principal, ...options }) {
      const dataset = await archive.as(principal).resolve(id, options);
      return describeDataset(dataset, await described(dataset.layout, options));
    },

    async provenance(request, { principal, signal }) {
      const view = archive.as(principal);
      const { uuid } = request.id;
      return provenanceOf(view, { id: await view.idOf(request.id), uuid }, request, signal);
    },

    async preview(id, { principal, ...options }) {
      const dataset = await archive.as(principal).resolve(id, options);
      return new PreviewAnswer(about(dataset, `.preview-${PREVIEW_SIDE}.png`, 'image/png', options));
    },

    async pack(ids, { from }, { principal, ...options }) {
      if (ids.length > maxFiles)
        throw usageError(
          'TOO_MANY',
          `expected at most ${maxFiles} datasets, the limit maxFiles, received ${ids.length}; ask for the others in further requests`,
        );
      const members = await packed(await archive.as(principal).originals(ids, options), from);
      return new TarAnswer({
        ...{ engine, drainMs, members },
        options: { class: 'bulk', ...options },
        contentType: 'application/x-tar',
        filename: 'datasets.tar',
        etag: etagOf(
          'tar',
          members.map(({ name, size, modified, etag }) => [name, size, modified, etag]),
        ),
      });
    },
  };
}

/** The file of the layout that holds a plane, by its kind or the name of its HDU. */
function fileOf(plane: string, { planes, hdus }: LayoutInfo): number {
  const wanted = plane.toLowerCase();
  const named = planes.map(({ kind, hdu, file }) => ({ names: [kind, hdus[hdu]?.name ?? ''], file }));
  const found = named.find(({ names }) => names.some((name) => name.toLowerCase() === wanted));
  if (found) return found.file;
  const all = named.flatMap(({ names }) => names).map((name) => name.toUpperCase());
  throw usageError(
    'NO_SUCH_PLANE',
    `expected the name of a plane of the dataset (${[...new Set(all)].filter(Boolean).join(', ')}) for PLANE, received another`,
  );
}

/** One file and its companions, from bytes to catalog rows. */

import { native } from '../addon/addon.ts';
import type { ExposureInfo, FileImages, LayoutInfo, LayoutSource } from '../addon/layout.ts';
import { VignetError } from '../base/errors.ts';
import type { FileSource } from '../base/sources.ts';
import { callNative, toVignetError } from '../base/to-vignet-error.ts';
import { contentBytes, type FileRecord, nameOf } from '../bytes/file-record.ts';
import { sourceOf } from '../bytes/file-source.ts';
import { pathBeneath, stampFile } from '../bytes/files.ts';
import type { Root } from '../bytes/roots.ts';
import type { Scratch } from '../bytes/scratch.ts';
import { sniff } from '../bytes/sniff.ts';
import { identify } from './describe/identity.ts';
import type { Labels } from './describe/labels.ts';
import { companionsText, type Described, describe, stampsOf } from './describe/row.ts';
import type { Candidate, SourceFacts } from './source.ts';
import type { ImageSet } from './survey/planes.ts';
import { layoutParts, noImage, type UnderstoodFile, understand } from './survey/understand.ts';

/** Lists the images of a file, here or in a pool. */
export type ImageLister = (source: FileSource) => Promise<FileImages>;

export const listImagesHere: ImageLister = async (source) => callNative(() => native.listImages(source));

export interface ReadLayout {
  readonly layout: Uint8Array;
  readonly info: LayoutInfo;
  readonly exposure: ExposureInfo;
}

/** Reads and describes a layout, here or in a pool. */
export type LayoutReader = (sources: readonly LayoutSource<FileSource>[]) => Promise<ReadLayout>;

export const readLayoutHere: LayoutReader = async (sources) =>
  callNative(() => {
    const { layout } = native.readLayout(sources);
    const exposure = native.describeExposure(
      layout,
      sources.map(({ source }) => source),
    );
    return { layout, info: native.describeLayout(layout), exposure };
  });

/** Makes the seek points of a dataset, here or in a pool; undefined: nothing worth storing. */
export type SeekBuilder = (
  layout: Uint8Array,
  sources: readonly FileSource[],
) => Promise<Uint8Array | undefined>;

export const buildSeekHere: SeekBuilder = async (layout, sources) =>
  callNative(() => native.buildSeek(layout, sources, new Int32Array(1), Number.MAX_SAFE_INTEGER));

/** How files are read: here or in a pool. */
export interface FileReading {
  readonly imagesOf: ImageLister;
  readonly layoutOf: LayoutReader;
  /** Absent: no seek points are made. */
  readonly seekOf?: SeekBuilder | undefined;
}

export const readingHere: FileReading = { imagesOf: listImagesHere, layoutOf: readLayoutHere };

export interface FilePlan {
  readonly root: Root;
  /** The image's file first. */
  readonly files: readonly FileRecord[];
  readonly roles: readonly LayoutSource['role'][];
  /** What the source of the candidate knows of its dataset. */
  readonly facts?: SourceFacts;
}

/** Images of a file times its HDUs up to the last of them: the layout of each image has all HDUs. */
const MAX_LAYOUT_HDUS = 1_000_000;
/** More than any image has: a pack's entry must hold them. */
const MAX_POINTS = 48 * 2 ** 20;

const pathsOf = (candidate: Candidate) => [candidate.path, ...candidate.companions.map(({ path }) => path)];
export const rolesOf = ({ companions }: Candidate): FilePlan['roles'] => [
  undefined,
  ...companions.map(({ role }) => role),
];

/** A candidate's files as they look now, of which none was opened. */
export interface Seen {
  /** `gzip` is not known yet: false. */
  readonly files: readonly FileRecord[];
  /** To be compared with what is held of them. */
  readonly stamps: string;
  readonly companions: string;
}

export async function lookAt(candidate: Candidate, root: Root): Promise<Seen> {
  const files = await Promise.all(
    pathsOf(candidate).map(async (path, n) => {
      const { size, mtimeNs } = candidate.looked?.[n] ?? (await stampFile(path));
      const beneath = pathBeneath(path, root.folder);
      const name = candidate.members?.[n]?.name;
      const member = name === undefined ? {} : { member: { name } };
      return { root: root.name, path: beneath, size, mtimeNs: String(mtimeNs), gzip: false, ...member };
    }),
  );
  return {
    files,
    stamps: stampsOf(files, candidate.facts),
    companions: companionsText(files.slice(1)),
  };
}

/** Looks at a candidate's files without reading more than their first bytes. */
export async function planFile(candidate: Candidate, root: Root): Promise<FilePlan> {
  const files: FileRecord[] = [];
  for (const [n, path] of pathsOf(candidate).entries()) {
    const { mtimeNs, ...found } = await sniff(path, candidate.members?.[n]);
    const beneath = pathBeneath(path, root.folder);
    files.push({ root: root.name, path: beneath, mtimeNs: String(mtimeNs), ...found });
  }
  return { root, files, roles: rolesOf(candidate), ...(candidate.facts && { facts: candidate.facts }) };
}

export interface FileDataset extends Described {
  readonly layout: Uint8Array;
  /** Its seek points; null: nothing worth storing; absent: not asked for. */
  readonly points?: Uint8Array | null;
}

export interface FileResult {
  readonly recognised: UnderstoodFile;
  readonly datasets: readonly FileDataset[];
  /** Of HDUs that could not be used, when others of the file could. */
  readonly problems: readonly { readonly hdu: number; readonly error: VignetError }[];
}

/** Every image of a file. Throws a VignetError when none can be used. */
export async function readFileImages(
  plan: FilePlan,
  labels: Labels,
  scratch: Scratch,
  { imagesOf, layoutOf, seekOf }: FileReading,
  signal?: AbortSignal,
): Promise<FileResult> {
  const sources: FileSource[] = [];
  const notes: string[] = [];
  for (const file of plan.files) {
    const { folder } = plan.root;
    sources.push(file.gzip ? await scratch.inflate(folder, file, signal) : sourceOf(folder, file));
    const note = file.gzip ? await scratch.noteOf(file) : undefined;
    if (note !== undefined) notes.push(note);
  }
  const [image] = sources as [FileSource];
  const file = understand(nameOf(plan.files[0]), await imagesOf(image), labels.survey);
  if (file.sets.length === 0) throw noImage(file);
  refuseTooMany(file);
  const sets = plan.facts && file.sets.length > 1 ? [setOfDetector(file, plan.facts)] : file.sets;
  const datasets: FileDataset[] = [];
  const problems: { hdu: number; error: VignetError }[] = [];
  for (const set of sets) {
    const { hdu } = set.science.image;
    try {
      const parts = sources.map((source, n) =>
        n === 0
          ? { source, ...layoutParts(file, set) }
          : partOf(source, plan.roles[n], file.sets.length > 1 ? hdu : undefined),
      );
      const { layout, info, exposure } = await layoutOf(parts);
      assertSameFiles(plan, info);
      const single = sets.length === 1;
      const known = file.facts(set.science.image.cards);
      const { survey } = file.recognised;
      const noted = { ...exposure, notes: [...notes, ...exposure.notes] };
      const described = describe(info, noted, plan.files, hdu, single, labels, survey, known, plan.facts);
      const points = seekOf && (await pointsOf(seekOf, layout, sources));
      datasets.push({ ...described, layout, ...(points === undefined ? {} : { points }) });
    } catch (error) {
      problems.push({ hdu, error: toVignetError(error) });
    }
  }
  if (datasets.length === 0 && problems[0]) throw problems[0].error;
  return { recognised: file, datasets, problems };
}

/** Time and space of an ingest would grow with the square of a file's images. Throws VignetError data TOO_MANY_HDUS. */
function refuseTooMany({ sets }: UnderstoodFile): void {
  const hdus = 1 + Math.max(...sets.map(({ science }) => science.image.hdu));
  if (sets.length * hdus <= MAX_LAYOUT_HDUS) return;
  const detail = `expected at most ${MAX_LAYOUT_HDUS} for the number of images of the file times that of its HDUs, received ${sets.length} times ${hdus}; split the file`;
  throw new VignetError('data', 'TOO_MANY_HDUS', detail);
}

/** Of a file of several images that of a detector, by its header. Throws VignetError data NO_IMAGE where that is not clear. */
function setOfDetector(file: UnderstoodFile, { detector }: SourceFacts): ImageSet {
  const { survey } = file.recognised;
  const own = file.sets.filter(
    ({ science }) => detector !== undefined && identify(science.image.cards, survey).detector === detector,
  );
  const [set, ...others] = own;
  if (set && others.length === 0) return set;
  throw new VignetError(
    'data',
    'NO_IMAGE',
    `expected one image${detector === undefined ? '' : ` of detector ${detector}`} in the file of the dataset, received ${file.sets.length} images of which ${own.length} say that they are; ingest the file itself`,
  );
}

/** Without seek points everything can be read that is whole: what is damaged is said when it is read. */
async function pointsOf(
  seekOf: SeekBuilder,
  layout: Uint8Array,
  sources: readonly FileSource[],
): Promise<Uint8Array | null> {
  try {
    const points = await seekOf(layout, sources);
    return points && points.length <= MAX_POINTS ? points : null;
  } catch (error) {
    if (toVignetError(error).kind === 'data') return null;
    throw error;
  }
}

function partOf(
  source: FileSource,
  role: LayoutSource['role'],
  hdu: number | undefined,
): LayoutSource<FileSource> {
  return { source, ...(role === undefined ? {} : { role }), ...(hdu === undefined ? {} : { hdu }) };
}

/** A file that was written to while it was read would be catalogued with a stamp it no longer has. */
function assertSameFiles(plan: FilePlan, info: LayoutInfo): void {
  plan.files.forEach((file, n) => {
    const seen = info.files[n];
    if (file.gzip || (seen?.size === contentBytes(file) && seen.mtimeNs === file.mtimeNs)) return;
    throw new VignetError(
      'transient',
      'FILE_CHANGING',
      'the file changed while it was read; ingest it again when it is complete',
    );
  });
}

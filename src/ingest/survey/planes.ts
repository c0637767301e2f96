/** Which images of a file belong together, and what each means. */
import type { FileImage } from '../../addon/layout.ts';
import { numberOf, textOf } from '../describe/cards.ts';
import { esoMeaning } from './eso-classes.ts';
import { regexpOf } from './matching.ts';
import type { Meaning, SurveyDescription } from './schema.ts';

/** An image of a file with what it means; undefined: nobody says. */
export interface KnownImage {
  readonly image: FileImage;
  readonly meaning: Meaning | undefined;
  /** EXTNAME, else EXTTYPE, else empty. */
  readonly name: string;
  /** What tells the sets of a file apart: the parts that its pattern names, and EXTVER. */
  readonly set: string;
  readonly version: number | undefined;
}

/** A science image and the planes that belong to it. */
export interface ImageSet {
  readonly science: KnownImage;
  readonly planes: readonly KnownImage[];
}

function known(image: FileImage, survey: SurveyDescription): KnownImage {
  const name = textOf(image.cards, 'EXTNAME') ?? '';
  const type = textOf(image.cards, 'EXTTYPE') ?? '';
  const version = numberOf(image.cards, 'EXTVER');
  const eso = esoMeaning(image.cards);
  if (eso) return { image, meaning: eso, name: name || type, set: '{}', version };
  for (const text of type === '' ? [name] : [type, name]) {
    for (const { is, name: pattern } of survey.planes ?? []) {
      const match = regexpOf(pattern).exec(text);
      if (!match) continue;
      return { image, meaning: is, name: name || type, set: JSON.stringify(match.groups ?? {}), version };
    }
  }
  return { image, meaning: undefined, name: name || type, set: '{}', version };
}

const sameSize = ({ image: a }: KnownImage, { image: b }: KnownImage) =>
  a.width === b.width && a.height === b.height;

/** A cube is a plane of nothing but a cube of its depth. */
const fitsDepth = ({ image: { depth } }: KnownImage, { image }: KnownImage) =>
  depth === undefined || String(depth) === String(image.depth);

/** Images without names one after the other, as many as the description lists and of their kinds of numbers. */
function unnamedSet(images: readonly KnownImage[], order: readonly Meaning[] | undefined) {
  const [first] = images;
  if (!order || !first || images.length !== order.length) return undefined;
  const fits = images.every(
    (one, n) =>
      one.meaning === undefined &&
      one.image.hdu === first.image.hdu + n &&
      sameSize(one, first) &&
      (n === 0 || (order[n] === 'mask') === one.image.bitpix > 0),
  );
  return fits ? images.map((one, n) => ({ ...one, meaning: order[n] })) : undefined;
}

/** The image that a plane belongs to: of the same set and EXTVER where that tells them apart, else the last before it. */
function ownerOf(plane: KnownImage, sciences: readonly KnownImage[]): KnownImage | undefined {
  if (sciences.length === 1) return sciences[0];
  const ofSet = sciences.filter(({ set }) => set === plane.set);
  if (ofSet.length === 1) return ofSet[0];
  const ofVersion = ofSet.filter(({ version }) => version !== undefined && version === plane.version);
  if (ofVersion.length === 1) return ofVersion[0];
  return ofSet.filter(({ image }) => image.hdu < plane.image.hdu).at(-1);
}

/** Every image of a file with its meaning. */
export function meaningsOf(images: readonly FileImage[], survey: SurveyDescription): readonly KnownImage[] {
  const all = images.map((image) => known(image, survey));
  const unnamed = unnamedSet(all, survey.unnamed);
  if (unnamed) return unnamed;
  if (all.some(({ meaning }) => meaning === 'science')) return all;
  return all.map((one) => ({ ...one, meaning: one.meaning ?? 'science' }));
}

/** A science image for each dataset of the file. */
export function setsOf(images: readonly KnownImage[], survey: SurveyDescription): readonly ImageSet[] {
  const sciences = images.filter(({ meaning }) => meaning === 'science');
  const isNamed = ({ name }: KnownImage) =>
    (survey.planes ?? []).some(({ is, name: pattern }) => is === 'science' && regexpOf(pattern).test(name));
  const sets = new Map(sciences.map((science) => [science, [] as KnownImage[]]));
  for (const plane of images) {
    if (plane.meaning === undefined || plane.meaning === 'science') continue;
    const owner = ownerOf(plane, sciences);
    if (!owner) continue;
    const planes = sets.get(owner);
    // Of each meaning the first counts. Beside an image that only was not named otherwise, a plane of another size is a stranger.
    if (planes?.some(({ meaning }) => meaning === plane.meaning)) continue;
    if (fitsDepth(plane, owner) && (sameSize(plane, owner) || isNamed(owner))) planes?.push(plane);
  }
  return [...sets].map(([science, planes]) => ({ science, planes }));
}

/** What a file holds, by the description that is recognised. */
import type { FileImages, LayoutSource, MaskMeaning, PlaneInfo } from '../../addon/layout.ts';
import { VignetError } from '../../base/errors.ts';
import { type Cards, textOf } from '../describe/cards.ts';
import { roleOf } from '../files/companions.ts';
import { type Recognised, recognise } from '../surveys.ts';
import { type FileFacts, firstThatHolds } from './matching.ts';
import { type ImageSet, type KnownImage, meaningsOf, setsOf } from './planes.ts';
import type { SurveyDescription } from './schema.ts';

export interface UnderstoodFile {
  readonly recognised: Recognised;
  readonly images: readonly KnownImage[];
  readonly sets: readonly ImageSet[];
  /** What conditions are about, for an image with these cards. */
  readonly facts: (cards: Cards) => FileFacts;
}

export function understand(path: string, file: FileImages, given?: SurveyDescription): UnderstoodFile {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extensions = file.images.map(({ cards }) => textOf(cards, 'EXTNAME', 'EXTTYPE') ?? '');
  const facts = (cards: Cards): FileFacts => ({ name, cards: { ...file.primary, ...cards }, extensions });
  const recognised = recognise(facts(file.images[0]?.cards ?? {}), given);
  const images = meaningsOf(file.images, recognised.survey);
  return { recognised, images, sets: setsOf(images, recognised.survey), facts };
}

/** Why a file gives no dataset. */
export function noImage({ images, recognised }: UnderstoodFile): VignetError {
  if (images.length === 0)
    return new VignetError('data', 'NO_IMAGE', 'the file has no HDU with an image of two to four axes');
  const found = images.map(({ image, name, meaning }) => `HDU ${image.hdu} ${name}: ${meaning ?? 'unknown'}`);
  return new VignetError(
    'data',
    'NO_IMAGE',
    `expected a science image, received ${found.slice(0, 8).join(', ')} (survey ${recognised.survey.name}); give --describe plain to ingest every image`,
  );
}

/** What the bits of the mask of an image mean, where the survey says. */
function maskOf({ recognised, facts }: UnderstoodFile, { science }: ImageSet): MaskMeaning | undefined {
  const mask = firstThatHolds(recognised.survey.mask, facts(science.image.cards));
  if (!mask) return undefined;
  const planes = Object.entries(mask.names).map(([name, plane]) =>
    typeof plane === 'number' ? { name, bit: plane } : { name, ...plane },
  );
  return { planes, codes: mask.pixels === 'codes' };
}

/** How a layout is read of the image's own file. */
export function layoutParts(file: UnderstoodFile, set: ImageSet): Pick<LayoutSource, 'planes' | 'mask'> {
  const planes: Pick<PlaneInfo, 'kind' | 'hdu'>[] = [{ kind: 'image', hdu: set.science.image.hdu }];
  for (const { meaning, image } of set.planes) {
    const kind = roleOf(meaning);
    if (kind) planes.push({ kind, hdu: image.hdu });
  }
  const mask = maskOf(file, set);
  return { planes, ...(mask && { mask }) };
}

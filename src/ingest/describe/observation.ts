/** What is known of the observation behind an image, from its cards and from what else its file holds. */

import type { ExposureInfo, LayoutInfo } from '../../addon/layout.ts';
import { isCoadd } from '../../astronomy/dataset-types.ts';
import type { Observation } from '../../astronomy/observation.ts';
import { taiOfUtc } from '../../astronomy/time.ts';
import { defined } from '../../base/defined.ts';
import type { FileFacts } from '../survey/matching.ts';
import type { SurveyDescription } from '../survey/schema.ts';
import type { Band } from './bands.ts';
import { type Cards, numberOf, textOf } from './cards.ts';
import type { When } from './exposure-time.ts';
import { AFW_COADD, type Identity } from './identity.ts';
import { photometryOf } from './photometry.ts';
import { psfOf } from './psf.ts';
import { siteOf } from './site.ts';
import { cardsOfTree, parseTree, type Tree } from './tree.ts';

/** A file's cards together with what its tables and its tree say in other places. */
export interface Facts {
  readonly cards: Cards;
  readonly tree: Tree | undefined;
  readonly notes: readonly string[];
}

/** Cards that would go before the tree's own times. */
const TIMES = ['DATE-BEG', 'DATE-END'];

/** afw's tables fill in what the cards lack; the tree of lsst.images goes before cards, which are leftovers there. */
export function factsOf(info: LayoutInfo, exposure: ExposureInfo): Facts {
  const { band, physicalFilter, detector } = exposure;
  const tree = exposure.tree === undefined ? undefined : parseTree(exposure.tree);
  const fromTree = tree ? cardsOfTree(tree) : {};
  const own = { ...info.cards };
  // An exposure that was made of none is no co-add, though it has the table of them.
  if (exposure.coaddInputs === 0) for (const keyword of AFW_COADD) delete own[keyword];
  if (fromTree.TIMESYS !== undefined) for (const keyword of TIMES) delete own[keyword];
  const cards = {
    ...defined({ BAND: band, FILTER: physicalFilter, CCDNUM: detector }),
    ...own,
    ...fromTree,
  };
  const damaged = exposure.tree !== undefined && !tree;
  return {
    cards,
    tree,
    notes: damaged
      ? [...exposure.notes, 'expected a JSON object for the tree, received another value']
      : exposure.notes,
  };
}

/** afw wrote no BUNIT before its images were calibrated. */
function unitOf(cards: Cards, type: string, survey: SurveyDescription): string | null {
  return textOf(cards, 'BUNIT') ?? survey.unit ?? (type === 'calexp' ? 'adu' : null);
}

/** No telescope looks lower: beyond, the card holds a fill value. */
const MOST_AIRMASS = 40;
const LONGEST_NOTE = 500;

export function observationOf(
  info: LayoutInfo,
  exposure: ExposureInfo,
  { cards, tree, notes }: Facts,
  identity: Identity,
  band: Band,
  when: When,
  survey: SurveyDescription,
  file: FileFacts,
): Observation {
  const coadd = isCoadd(identity.type);
  const airmass = coadd ? undefined : numberOf(cards, 'BORE-AIRMASS', 'AIRMASS');
  const { tMin, tMax, hasMiddle } = when;
  const unit = unitOf(cards, identity.type, survey);
  const said = [...notes, ...when.notes];
  const [plane] = info.planes;
  return {
    visit: identity.visit,
    detector: identity.detector,
    band: band.band,
    filter: band.filter,
    tMid: tMin === null || tMax === null || !hasMiddle ? null : (taiOfUtc(tMin) + taiOfUtc(tMax)) / 2,
    exptime: when.exposure !== null && when.exposure > 0 ? when.exposure : null,
    airmass: airmass !== undefined && airmass >= 1 && airmass <= MOST_AIRMASS ? airmass : null,
    unit,
    site: coadd ? null : siteOf(cards),
    photometry: plane ? photometryOf({ cards, exposure, tree, unit, plane, survey, file }) : null,
    psf: psfOf(info, cards, exposure, tree),
    note: said.length === 0 ? null : said.join('; ').slice(0, LONGEST_NOTE),
  };
}

/** What the source of a file knows of it, before what its cards say. */
import { native } from '../../addon/addon.ts';
import { clip } from '../../base/clip.ts';
import { defined } from '../../base/defined.ts';
import type { SourceFacts } from '../source.ts';
import { bandOfFilter } from './bands.ts';
import { type Cards, textOf } from './cards.ts';
import type { When } from './exposure-time.ts';
import type { Identity } from './identity.ts';
import type { Labels } from './labels.ts';
import type { Place } from './region.ts';

/** Seconds by which the times of cards and of a Butler may differ: cards may give the middle, or leave out the shutter. */
const SAME_TIME = 5;

/** What the person who ingests says goes before all. */
export function identityOf(found: Identity, labels: Labels, source: SourceFacts | undefined): Identity {
  const { uuid, type, run, instrument, visit, detector, skymap, tract, patch } = source ?? {};
  const known = {
    ...found,
    ...defined({ uuid, type, run, instrument, visit, detector, skymap, tract, patch }),
  };
  return {
    ...known,
    type: labels.type ?? known.type,
    instrument: labels.instrument ?? known.instrument,
  };
}

/** The cards that say an image's band and filter, as far as its source leaves these open. */
export function cardsOfFilter(cards: Cards, source: SourceFacts | undefined): Cards {
  if (!source) return cards;
  if (hasNoFilter(source)) return {};
  const known = defined({
    'LSST BUTLER DATAID BAND': source.band,
    'LSST BUTLER DATAID PHYSICAL_FILTER': source.filter,
  });
  const { FILTER: _, ...others } = cards;
  return { ...(isOfOtherBand(cards, source) ? others : cards), ...known };
}

/** A calibration that holds for all filters: a card says which was in the beam. */
export const hasNoFilter = ({ band, filter, visit }: SourceFacts) =>
  band === undefined && filter === undefined && visit === undefined;

/** Whether the filter of a card is of another band than the source says, which says no filter itself. */
function isOfOtherBand(cards: Cards, { band, filter }: SourceFacts): boolean {
  const named = textOf(cards, 'FILTER');
  const other = named === undefined ? null : bandOfFilter(named);
  return band !== undefined && filter === undefined && other !== null && other !== band;
}

export function whenBySource(taken: When, source: SourceFacts | undefined): When {
  const exposure = source?.exposure ?? taken.exposure;
  if (!source?.time) return { ...taken, exposure };
  const [tMin, tMax] = source.time;
  return { tMin, tMax, exposure, hasMiddle: true, notes: [] };
}

/** Whether the image lies elsewhere than it is searched for: neither holds the middle of the other. */
function isElsewhere({ ra, dec, footprint, origin }: Place, { region }: SourceFacts): boolean {
  if (origin !== 'wcs' || ra === null || dec === null || !footprint || !region) return false;
  try {
    return (
      !native.overlaps(region.footprint, { point: [ra, dec] }) &&
      !native.overlaps(footprint, { point: region.center })
    );
  } catch {
    // A region that is no footprint says nothing.
    return false;
  }
}

/** Where the file says something else than its source. */
export function contradictions(
  found: Identity,
  taken: When,
  cards: Cards,
  place: Place,
  source: SourceFacts,
): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['uuid', found.uuid, source.uuid],
    ['type', textOf(cards, 'LSST BUTLER DATASETTYPE'), source.type],
    ['run', found.run, source.run],
    ['instrument', found.instrument, source.instrument],
    ['visit', found.visit, source.visit],
    ['detector', found.detector, source.detector],
    ['skymap', found.skymap, source.skymap],
    ['tract', found.tract, source.tract],
    ['patch', found.patch, source.patch],
    ['band', textOf(cards, 'LSST BUTLER DATAID BAND', 'BAND'), source.band],
    ['filter', textOf(cards, 'LSST BUTLER DATAID PHYSICAL_FILTER', 'FILTER'), source.filter],
  ];
  const notes = pairs
    .filter(
      ([, file, butler]) => (file ?? undefined) !== undefined && butler !== undefined && file !== butler,
    )
    .map(([name, file, butler]) => sentence(name, String(file), String(butler)));
  if (isOfOtherBand(cards, source))
    notes.push(
      `filter: expected one of the band '${clip(source.band ?? '')}' that the Butler has, received '${clip(textOf(cards, 'FILTER') ?? '')}' in the file; it is left out`,
    );
  const begin = source.time?.[0];
  if (begin !== undefined && taken.tMin !== null && Math.abs(begin - taken.tMin) * 86_400 > SAME_TIME)
    notes.push(sentence('t_min', String(taken.tMin), String(begin)));
  if (isElsewhere(place, source))
    notes.push(
      "s_region: expected the image where the Butler searches for it, received a WCS that puts it elsewhere; the file's WCS is used",
    );
  return notes;
}

const sentence = (name: string, file: string, butler: string) =>
  `${name}: expected '${clip(butler)}' as the Butler has it, received '${clip(file)}' in the file; the Butler's is used`;

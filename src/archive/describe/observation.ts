/** What a catalog keeps of an observation, from its cards. */
import type { Observation } from '../../base/observation.ts';
import { taiOfUtc } from '../time.ts';
import type { Band } from './bands.ts';
import { type Cards, numberOf, textOf } from './cards.ts';
import { type Identity, isCoadd } from './identity.ts';
import { siteOf } from './site.ts';
import type { When } from './when.ts';

/** afw wrote no BUNIT before its images were calibrated. */
function unitOf(cards: Cards, type: string): string | null {
  return textOf(cards, 'BUNIT') ?? (type === 'calexp' ? 'adu' : null);
}

/** No telescope looks lower: beyond, the card holds a fill value. */
const MOST_AIRMASS = 40;

export function observationOf(cards: Cards, identity: Identity, band: Band, when: When): Observation {
  const coadd = isCoadd(identity.type);
  const airmass = coadd ? undefined : numberOf(cards, 'BORE-AIRMASS', 'AIRMASS');
  const { tMin, tMax } = when;
  return {
    visit: identity.visit,
    detector: identity.detector,
    band: band.band,
    filter: band.filter,
    tMid: tMin === null || tMax === null ? null : (taiOfUtc(tMin) + taiOfUtc(tMax)) / 2,
    exptime: when.exposure,
    airmass: airmass !== undefined && airmass >= 1 && airmass <= MOST_AIRMASS ? airmass : null,
    unit: unitOf(cards, identity.type),
    site: coadd ? null : siteOf(cards),
    photometry: null,
    psf: null,
    note: null,
  };
}

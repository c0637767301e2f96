/** What somebody sees of the archive, for pages: counted and sampled at most once a minute. */

import { LRUCache } from 'lru-cache';
import type { Principal } from '../access/principal.ts';
import type { Archive } from '../archive/archive.ts';
import type { ListedDataset } from '../archive/dataset-search.ts';
import type { ArchiveView } from '../archive/view.ts';
import { defined } from '../base/defined.ts';
import type { ArchiveContents, Sample } from './ports.ts';

const samplesWanted = 3;
/** Rows looked at for samples: enough to meet every type of a small archive. */
const rowsLooked = 5000;

const round = (value: number, digits: number) => Number(value.toFixed(digits));

function sampleOf(row: ListedDataset): Sample | undefined {
  if (row.s_ra === null || row.s_dec === null) return undefined;
  const where = [
    row.lsst_visit !== null && `visit ${row.lsst_visit}`,
    row.lsst_detector !== null && `detector ${row.lsst_detector}`,
    row.lsst_tract !== null && `tract ${row.lsst_tract}`,
    row.lsst_patch !== null && `patch ${row.lsst_patch}`,
  ].filter(Boolean);
  const label = [row.dataset_type, row.lsst_band ? `in ${row.lsst_band}` : '', where.join(', ')]
    .filter(Boolean)
    .join(' ');
  const scale = (row.s_pixel_scale ?? 0.2) / 3600;
  const smaller = Math.min(row.s_xel1 ?? 256, row.s_xel2 ?? 256);
  return {
    id: row.id,
    label,
    collection: row.obs_collection,
    ...defined({ band: row.lsst_band || undefined }),
    lon: round(row.s_ra, 5),
    lat: round(row.s_dec, 5),
    radius: round(scale * Math.min(128, smaller / 3), 5),
  };
}

/** One sample of each type, those that are combined from most light first: they make the best picture. */
async function samplesFrom(view: ArchiveView): Promise<Sample[]> {
  const found = new Map<string, { readonly level: number; readonly sample: Sample }>();
  for await (const piece of view.list({ readable: true, most: rowsLooked })) {
    for (const row of piece) {
      const better = row.lsst_band === 'r' || row.lsst_band === 'i';
      if (found.has(row.dataset_type) && !(better && found.get(row.dataset_type)?.level === row.calib_level))
        continue;
      const sample = sampleOf(row);
      if (sample) found.set(row.dataset_type, { level: row.calib_level + (better ? 0.5 : 0), sample });
    }
  }
  return [...found.values()]
    .sort((a, b) => b.level - a.level)
    .slice(0, samplesWanted)
    .map(({ sample }) => sample);
}

/** Principals whose contents are kept: those who may see the same share them. */
const maxContents = 100;

export function contentsOf(archive: Archive): (principal: Principal) => Promise<ArchiveContents> {
  const cache = new LRUCache<string, ArchiveContents, ArchiveView>({
    max: maxContents,
    ttl: 60_000,
    fetchMethod: async (_key, _stale, { context: view }) => {
      const [collections, samples] = await Promise.all([view.census(), samplesFrom(view)]);
      return { datasets: await view.count(), collections, samples };
    },
  });
  return (principal) => {
    const view = archive.as(principal);
    return cache.forceFetch(view.key, { context: view });
  };
}

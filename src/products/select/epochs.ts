/** From a target to the images that may show it. */
import type { DatasetCandidate, DatasetSummary, Search } from '../../archive/dataset-search.ts';
import type { ArchiveView } from '../../archive/view.ts';
import { mjdUtcOfTai } from '../../astronomy/barycentre.ts';
import { type Place, Track } from '../../astronomy/track.ts';
import type { StackRequest } from '../../vo/stack/request.ts';
import type { Epoch } from '../stack/row.ts';
import { type Choice, chooseDatasets, lacksTime, passes } from './choose-datasets.ts';

export interface FoundEpochs {
  readonly choice: Choice | undefined;
  readonly epochs: readonly Epoch[];
  /** Records of the archive that cannot be read: whose they are is not known. */
  readonly unreadable: readonly DatasetCandidate[];
  /** Images left out because their time is not known, which the request asks for; their place is not known of a moving target. */
  readonly untimed: readonly (Epoch | undefined)[];
}

/** Footprints are polygons and so a little off near the edges, degrees. */
const FOOTPRINT_MARGIN = 0.003;
/** A stamp may reach an image that the position does not: half its diagonal, with pixels of at most this, degrees. */
const LARGEST_PIXEL = 2 / 3600;
/** Longest half of an exposure, days: its middle may lie outside the interval searched for. */
const HALF_EXPOSURE = 0.1;

/** Where the target is at a time (MJD TAI); undefined: nowhere. */
type Ephemeris = (tai: number | null) => Place | undefined;

function searchesOf({ target, edge, size = 0 }: StackRequest): { searches: Search[]; at: Ephemeris } {
  const margin = FOOTPRINT_MARGIN + (edge ? size * Math.SQRT1_2 * LARGEST_PIXEL : 0);
  const circle = ({ ra, dec }: Place, radius: number) =>
    ({ shape: 'circle', values: [ra, dec, radius] }) as const;
  if (target.kind === 'fixed') {
    const place = { ra: target.ra, dec: target.dec };
    const reach = margin + (edge && target.radius !== undefined ? 2 * target.radius : 0);
    return { searches: [{ region: circle(place, Math.min(reach, 180)) }], at: () => place };
  }
  const track = new Track(target.points);
  const searches = track.circles().map(({ centre, radius, time: [from, to] }) => ({
    region: circle(centre, Math.min(radius + margin, 180)),
    time: [mjdUtcOfTai(from) - HALF_EXPOSURE, mjdUtcOfTai(to) + HALF_EXPOSURE] as const,
  }));
  return { searches, at: (tai) => (tai === null ? undefined : track.at(tai)) };
}

/** Throws as `chooseDatasets`, `ArchiveView.observations` and, for IDs, `ArchiveView.named` do. */
export async function findEpochs(
  view: ArchiveView,
  request: StackRequest,
  most: number,
): Promise<FoundEpochs> {
  const { searches, at } = searchesOf(request);
  const { bands, times } = request;
  const seen = (candidates: readonly DatasetCandidate[]) => {
    const epochs: Epoch[] = [];
    const untimed: (Epoch | undefined)[] = [];
    for (const { dataset, problem } of candidates) {
      if (!dataset) continue;
      const place = at(dataset.observation.tMid);
      const epoch = place && { dataset, ...place, problem };
      if (lacksTime(dataset, bands, times) || (!place && dataset.observation.tMid === null))
        untimed.push(epoch);
      else if (epoch) epochs.push(epoch);
    }
    return { epochs, untimed, unreadable: candidates.filter(({ dataset }) => !dataset) };
  };
  const wanted = (dataset: DatasetSummary) =>
    passes(dataset, bands, times) || lacksTime(dataset, bands, times);
  if (request.ids.length > 0) {
    const named = await view.named(request.ids);
    const passing = named.filter(({ dataset }) => !dataset || wanted(dataset));
    return { choice: undefined, ...seen(passing) };
  }
  const choice = chooseDatasets(await view.census(), request.collection, request.types);
  const accept = (dataset: DatasetSummary) =>
    choice.collections.includes(dataset.collection) && choice.types.includes(dataset.type) && wanted(dataset);
  const found = await view.observations(searches, { accept, most });
  return { choice, ...seen(found) };
}

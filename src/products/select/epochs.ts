/** From a target to the images that may show it. */
import type { DatasetCandidate, DatasetSummary, Search } from '../../archive/dataset-search.ts';
import type { SearchRun } from '../../archive/index-search.ts';
import type { ArchiveView } from '../../archive/view.ts';
import { mjdUtcOfTai } from '../../astronomy/time.ts';
import { type Circle, type Place, Track } from '../../astronomy/track.ts';
import { usageError } from '../../base/errors.ts';
import { inTurns, type Steps, VALUE } from '../../base/steps.ts';
import type { TrackPoint } from '../../base/track-point.ts';
import { and, isIn } from '../../catalog/predicate.ts';
import type { StackRequest } from '../../vo/stack/request.ts';
import { tooManyPoints } from '../../vo/stack/track.ts';
import type { Limits } from '../limits.ts';
import type { Epoch } from '../stack/row.ts';
import { CensusWords } from './census-words.ts';
import { type Choice, chooseDatasets, isByDefault, lacksTime, passes } from './choose-datasets.ts';

export interface FoundEpochs {
  readonly choice: Choice | undefined;
  readonly epochs: readonly Epoch[];
  /** Records of the archive that cannot be read: whose they are is not known. */
  readonly unreadable: readonly DatasetCandidate[];
  /** Images left out because their time is not known, which the request asks for; their place is not known of a moving target. */
  readonly untimed: readonly (Epoch | undefined)[];
  /** Of a default type: what there is of other types by their footprints, in words; empty: nothing. */
  readonly others: string;
  /** Whether one of them could have been the default: single-epoch calibrated images too. */
  readonly rivals: boolean;
}

/** Footprints are polygons and so a little off near the edges, degrees. */
const FOOTPRINT_MARGIN = 0.003;
/** A stamp may reach an image that the position does not: half its diagonal, with pixels of at most this, degrees. */
const LARGEST_PIXEL = 2 / 3600;
/** Longest half of an exposure, days: its middle may lie outside the interval searched for. */
const HALF_EXPOSURE = 0.1;

/** Where the target is at a time (MJD TAI); undefined: nowhere. */
type Ephemeris = (tai: number | null) => Place | undefined;

/** What a search for epochs may cost. */
export interface EpochLimits extends Pick<Limits, 'maxTrackPoints' | 'maxTrackStep'> {
  /** Datasets that may be met. */
  readonly most: number;
}

/** Throws usage TOO_MANY, TOO_LARGE. */
function* trackOf(
  points: readonly TrackPoint[],
  { maxTrackPoints, maxTrackStep }: Omit<EpochLimits, 'most'>,
): Steps<{ track: Track; circles: readonly Circle[] }> {
  if (points.length > maxTrackPoints) throw tooManyPoints(maxTrackPoints, points.length);
  const track = yield* Track.through(points);
  const circles = yield* track.circles();
  const far = circles.find(({ radius }) => 2 * radius > 1.25 * maxTrackStep);
  if (far)
    throw usageError(
      'TOO_LARGE',
      `expected points of TRACK that are at most some ${maxTrackStep} degrees apart (maxTrackStep), received some farther apart between MJD ${far.time[0].toFixed(5)} and ${far.time[1].toFixed(5)} TAI; give points closer in time`,
    );
  return { track, circles };
}

/** Throws as `trackOf`. */
function* searchesOf(
  { target, edge, size = 0 }: StackRequest,
  limits: Omit<EpochLimits, 'most'>,
): Steps<{ searches: Search[]; at: Ephemeris }> {
  const margin = FOOTPRINT_MARGIN + (edge ? size * Math.SQRT1_2 * LARGEST_PIXEL : 0);
  const circle = ({ ra, dec }: Place, radius: number) =>
    ({ shape: 'circle', values: [ra, dec, radius] }) as const;
  if (target.kind === 'fixed') {
    const place = { ra: target.ra, dec: target.dec };
    const reach = margin + (edge && target.radius !== undefined ? 2 * target.radius : 0);
    return { searches: [{ region: circle(place, Math.min(reach, 180)) }], at: () => place };
  }
  const { track, circles } = yield* trackOf(target.points, limits);
  const searches: Search[] = [];
  for (const { centre, radius, time } of circles) {
    const [from, to] = time;
    searches.push({
      region: circle(centre, Math.min(radius + margin, 180)),
      time: [mjdUtcOfTai(from) - HALF_EXPOSURE, mjdUtcOfTai(to) + HALF_EXPOSURE],
    });
    yield VALUE;
  }
  return { searches, at: (tai) => (tai === null ? undefined : track.at(tai)) };
}

/** Throws as `chooseDatasets`, `ArchiveView.observations` and, for IDs, `ArchiveView.named` do. */
export async function findEpochs(
  view: ArchiveView,
  request: StackRequest,
  { most, maxTrackPoints, maxTrackStep }: EpochLimits,
  run: SearchRun,
): Promise<FoundEpochs> {
  const { searches, at } = await inTurns(searchesOf(request, { maxTrackPoints, maxTrackStep }));
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
    const named = await view.named(request.ids, run);
    const passing = named.filter(({ dataset }) => !dataset || wanted(dataset));
    return { choice: undefined, others: '', rivals: false, ...seen(passing) };
  }
  const choice = chooseDatasets(await view.census(), request.collection, request.types);
  // Elsewhere what is found lies near the place, and not there.
  const isCounted = choice.byDefault && request.target.kind === 'fixed' && !request.edge;
  const others = new CensusWords();
  let rivals = false;
  const accept = (dataset: DatasetSummary) => {
    if (!choice.collections.includes(dataset.collection) || !wanted(dataset)) return false;
    if (choice.types.includes(dataset.type)) return true;
    if (isCounted && passes(dataset, bands, times)) {
      others.add(dataset.type, dataset.band ?? 'no band');
      rivals ||= isByDefault(dataset.type);
    }
    return false;
  };
  const where = async () =>
    and(isIn('obs_collection', choice.collections), isIn('dataset_type', choice.types));
  const found = await view.observations(searches, { accept, where, most, run });
  return { choice, others: others.toString(), rivals, ...seen(found) };
}

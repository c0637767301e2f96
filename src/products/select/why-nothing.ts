/** Why an answer is empty: what was looked for, and what is there instead. */
import type { DatasetSummary, Region } from '../../archive/dataset-search.ts';
import type { ArchiveView } from '../../archive/view.ts';
import { clip } from '../../base/clip.ts';
import { VignetError } from '../../base/errors.ts';
import type { DatasetSelection } from '../../vo/common/selection.ts';
import { type Interval, printInterval } from '../../vo/dali/numbers.ts';
import { CensusWords } from './census-words.ts';

/** Images that are looked at to say what is there. */
const MOST = 2000;
/** Longest sentence: it is a header of HTTP. */
const LONGEST = 600;

function census(all: readonly DatasetSummary[]): string {
  const words = new CensusWords();
  for (const { type, band } of all) words.add(type, band ?? 'no band');
  return words.toString();
}

/** `from MJD 60980.1 to 62410.3 UTC`. */
function timesOf(all: readonly DatasetSummary[]): string {
  const known = all.flatMap(({ bounds }) => (bounds.time ? [bounds.time] : []));
  if (known.length === 0) return '';
  const from = Math.min(...known.map(([start]) => start));
  const to = Math.max(...known.map(([, end]) => end));
  return `, from MJD ${from.toFixed(3)} to ${to.toFixed(3)} UTC`;
}

type Asked = Partial<Pick<DatasetSelection, 'collection' | 'types' | 'bands' | 'times'>>;

/** `no visit_image of band q or at 5e-7 6e-7 m in MJD 60000 60001`. */
function lookedFor({ collection, types = [], bands = [], times = [] }: Asked): string {
  // A sentence names a few of many.
  const few = (all: readonly string[]) =>
    [...all.slice(0, 5), ...(all.length > 5 ? ['others'] : [])].join(' or ');
  const names = bands.filter((band) => typeof band === 'string');
  const waves = bands.filter((band): band is Interval => typeof band !== 'string');
  return [
    `no ${types.length > 0 ? few(types) : 'image'}`,
    ...(names.length > 0 ? [`of band ${few(names)}`] : []),
    ...(waves.length > 0 ? [`at ${few(waves.slice(0, 6).map(printInterval))} m`] : []),
    ...(times.length > 0 ? [`in MJD ${few(times.slice(0, 6).map(printInterval))}`] : []),
    ...(collection === undefined ? [] : [`of ${collection}`]),
  ].join(' ');
}

/** Text that may stand in a header: printable ASCII. */
export function asHeader(sentence: string): string {
  return clip(sentence, LONGEST)
    .replace(/…/g, '...')
    .replace(/[^ -~]/g, '?');
}

/** A sentence about a region of sky in which nothing was found. */
export async function whyNothing(view: ArchiveView, region: Region, asked: Asked): Promise<string> {
  const looked = `${lookedFor(asked)} ${'point' in region ? 'covers the position' : 'overlaps the region'}`;
  const all: DatasetSummary[] = [];
  // They are looked at, and none is taken: no file need be read.
  const accept = (dataset: DatasetSummary) => {
    all.push(dataset);
    return false;
  };
  try {
    await view.observations([{ region }], { accept, most: MOST });
  } catch (error) {
    if (error instanceof VignetError && error.code === 'TOO_MANY')
      return `${looked}; there are more than ${MOST} other images`;
    throw error;
  }
  if (all.length === 0) return `${looked}; nothing does`;
  return `${looked}; there: ${census(all)}${timesOf(all)}`;
}

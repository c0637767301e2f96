/** An archive in which a thousand observations cover each of many places: links to the files of `visitFiles` under other names. */
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { native } from '../../src/addon/addon.ts';
import { ingest } from '../../src/ingest/index.ts';
import type { BenchContext } from './claim.ts';
import { type Visits, visitFiles } from './visits.ts';

export interface StackArchive {
  readonly folder: string;
  readonly places: readonly (readonly [lon: number, lat: number])[];
  readonly visits: Visits;
  /** Files that cover every place, by path below `visits.folder`. */
  readonly covering: readonly string[];
}

const HEADER = 4 * 2880;

/** Copies of an image would share its Butler ID, and an archive holds an ID once: without the card IDs come from paths. */
export function forgetId(path: string): void {
  const { mtimeMs } = statSync(path);
  const file = openSync(path, 'r+');
  const head = Buffer.alloc(HEADER);
  readSync(file, head, 0, HEADER, 0);
  const at = head.indexOf('HIERARCH LSST BUTLER ID ');
  if (at >= 0 && at % 80 === 0) writeSync(file, 'COMMENT  LSST BUTLER ID ', at);
  closeSync(file);
  utimesSync(path, mtimeMs / 1000, mtimeMs / 1000);
}

/** Well spread over the sky that most of the originals see. */
function placesOf({ folder, files, originals }: Visits, count: number) {
  const infos = files.slice(0, originals).map((path) => {
    const { layout } = native.readLayout([{ source: { root: folder, path } }]);
    return native.describeLayout(layout);
  });
  const [first] = infos;
  const [lon = 0, lat = 0] = first?.center ?? [];
  const spread = first?.radius ?? 0;
  const tries = Array.from({ length: 4000 }, (_, k) => {
    const [u, v] = [((k + 1) * 0.7548776662466927) % 1, ((k + 1) * 0.5698402909980532) % 1];
    const point = [lon + (2 * u - 1) * spread, lat + (2 * v - 1) * spread] as const;
    const seen = infos.map(({ footprint }) => (footprint ? native.overlaps(footprint, { point }) : false));
    return { point, seen, count: seen.filter(Boolean).length };
  });
  const most = Math.max(...tries.map((one) => one.count));
  const best = tries.filter((one) => one.count === most);
  // The same originals for all places, so that one set of links serves them.
  const key = JSON.stringify(best[0]?.seen);
  const chosen = best.filter(({ seen }) => JSON.stringify(seen) === key);
  return { places: chosen.slice(0, count).map(({ point }) => point), seen: best[0]?.seen ?? [] };
}

/** `observations` of each of `count` places, without or with seek points. */
export async function stackArchive(
  context: BenchContext,
  observations: number,
  count: number,
  seek: boolean,
): Promise<StackArchive> {
  const visits = await visitFiles(context);
  for (const path of visits.files) forgetId(join(visits.folder, path));
  const { places, seen } = placesOf(visits, count);
  if (places.length < count) throw new Error(`only ${places.length} places are covered well`);
  const covering = visits.files.filter((_, i) => seen[i % visits.originals]);
  const links = join(visits.folder, 'links');
  rmSync(links, { recursive: true, force: true });
  mkdirSync(links);
  for (let n = 0; n < observations; n++) {
    const original = join(visits.folder, covering[n % covering.length] ?? '');
    linkSync(original, join(links, `${String(n).padStart(4, '0')}.fits`));
  }
  const folder = join(visits.folder, seek ? 'archive-seek' : 'archive');
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  // Copies of one file have the same points.
  const points = new Map<string, Promise<Uint8Array | undefined>>();
  const control = new Int32Array(new SharedArrayBuffer(4));
  const kindOf = (path: string) => {
    const n = Number(/(\d+)\.fits$/.exec(path)?.[1]);
    return String(visits.files.indexOf(covering[n % covering.length] ?? '') % visits.originals);
  };
  const report = await ingest(folder, [links], {
    collection: 'bench',
    repo: 'bench',
    seek,
    seekOf: async (layout, sources) => {
      const kind = kindOf(sources[0]?.path ?? '');
      const known = points.get(kind) ?? Promise.resolve(native.buildSeek(layout, sources, control, 600_000));
      points.set(kind, known);
      return known;
    },
  });
  const [failure] = report.failures;
  if (failure) throw new Error(`${failure.path}: ${failure.reason}`);
  return { folder, places, visits, covering };
}

/** The stamp claims: a 51 x 51 stamp from each of many observations, by the addon and by the plain way in C, in turn. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { native } from '../../src/addon/addon.ts';
import { placeColumns, type StackJob } from '../../src/addon/stack.ts';
import type { FileSource, SeekSource } from '../../src/base/sources.ts';
import { type BenchContext, type Claim, type Pair, peerProgram, program } from './claim.ts';
import { median } from './turns.ts';
import { type Visits, visitFiles } from './visits.ts';

const SIZE = 51;
const PASSES = 7;
const PYTHON = '/usr/bin/python3';

interface Observation {
  readonly path: string;
  readonly layout: Uint8Array;
  readonly seek?: SeekSource;
  readonly lon: number;
  readonly lat: number;
}

/** Layouts of the originals; a copy has its original's. */
function layoutsOf({ folder, files, originals }: Visits): readonly Uint8Array[] {
  return files.slice(0, originals).map((path) => {
    const { layout } = native.readLayout([{ source: { root: folder, path } }]);
    return layout;
  });
}

/** One pack with the seek points of every file, each at its own place. */
function packOf({ folder, files, originals }: Visits, layouts: readonly Uint8Array[]): readonly SeekSource[] {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const points = layouts.map((layout, i) => {
    const source = { root: folder, path: files[i] ?? '' };
    const bytes = native.buildSeek(layout, [source], control, 600_000);
    if (!bytes) throw new Error('no seek points');
    return bytes;
  });
  const path = 'seek.pack';
  let offset = 0;
  const sources = files.map((_, i) => {
    const length = points[i % originals]?.length ?? 0;
    const source = { root: folder, path, offset, length };
    offset += length;
    return source;
  });
  writeFileSync(
    join(folder, path),
    Buffer.concat(files.map((_, i) => points[i % originals] ?? new Uint8Array())),
  );
  return sources;
}

/** Positions well spread over the inner part of each image: a two-dimensional golden-ratio sequence. */
function observationsOf(visits: Visits, count: number, seek: boolean): readonly Observation[] {
  const layouts = layoutsOf(visits);
  const pack = seek ? packOf(visits, layouts) : [];
  const infos = layouts.map((layout) => native.describeLayout(layout));
  return Array.from({ length: count }, (_, k) => {
    const file = k % visits.files.length;
    const kind = file % visits.originals;
    const { center, pixelScale = 0, planes } = infos[kind] ?? {};
    const [plane] = planes ?? [];
    const layout = layouts[kind];
    if (!center || !plane || !layout) throw new Error('a bench image has no WCS');
    const half = (0.45 * Math.SQRT1_2 * Math.min(plane.width, plane.height) * pixelScale) / 3600;
    const [u, v] = [((k + 1) * 0.7548776662466927) % 1, ((k + 1) * 0.5698402909980532) % 1];
    const lat = center[1] + (2 * v - 1) * half;
    const lon = center[0] + ((2 * u - 1) * half) / Math.cos((lat * Math.PI) / 180);
    const source = pack[file];
    return {
      path: visits.files[file] ?? '',
      layout: layout.slice(),
      ...(source && { seek: source }),
      lon,
      lat,
    };
  });
}

/**
 * One pass over all observations, from positions to stamps and their linear WCS; seconds a stamp. `measured`: the record of each
 * (sky, aperture flux, …) too, which the peer does not make.
 */
function passOf(
  visits: Visits,
  observations: readonly Observation[],
  planes: 1 | 3,
  measured: boolean,
): () => number {
  const { bytes: recordBytes, maskNameChanges } = native.stackRecord();
  const pixels = planes === 3 ? (['image', 'mask', 'variance'] as const) : (['image'] as const);
  const parts = measured ? (['record', ...pixels] as const) : pixels;
  const rowBytes = (measured ? recordBytes : 0) + planes * SIZE * SIZE * 4;
  const out = new Uint8Array(rowBytes * observations.length);
  const control = new Int32Array(new SharedArrayBuffer(4));
  const [{ layout: first } = { layout: new Uint8Array() }] = observations;
  const names = Object.keys(native.describeLayout(first).planes[1]?.maskPlanes ?? {});
  const maskNames = names.map((name) => maskNameChanges[name] ?? name);
  const layouts = observations.map(({ layout }) => layout);
  const positions = Float64Array.from(observations.flatMap(({ lon, lat }) => [lon, lat]));
  return () => {
    const start = performance.now();
    const { rows } = native.locateStamps(layouts, positions, SIZE, control, 60_000);
    const jobs = observations.map(({ layout, path, seek }, i): StackJob<FileSource> => {
      const [x = NaN, y = NaN] = rows.subarray(i * placeColumns.length);
      const sources = [{ root: visits.folder, path }];
      return { layout, sources, ...(seek && { seek }), x, y, scale: 1, at: i * rowBytes, parts };
    });
    const { done, failures } = native.fillStack(
      { size: SIZE, maskNames, maskBits: 32, jobs },
      out,
      0,
      control,
      600_000,
    );
    if (done !== jobs.length || failures.length > 0)
      throw new Error(`a stamp failed: ${failures[0]?.reason}`);
    return (performance.now() - start) / 1000 / observations.length;
  };
}

const microseconds = (seconds: number) => `${(seconds * 1e6).toFixed(0)} µs`;

/** What others take, for the record, where this machine has them: a few stamps only. */
function others(visits: Visits, observations: readonly Observation[]): string {
  const script = join(import.meta.dirname, 'stamps.py');
  if (!existsSync(PYTHON)) return '';
  const input = observations
    .slice(0, 12)
    .map(({ path, lon, lat }) => `${join(visits.folder, path)} ${lon} ${lat}\n`)
    .join('');
  try {
    return execFileSync(PYTHON, ['-W', 'ignore', script, String(SIZE)], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'astropy and fitsio are not here';
  }
}

function stages(
  visits: Visits,
  observations: readonly Observation[],
  planes: 1 | 3,
  seek: boolean,
  context: BenchContext,
) {
  const list = observations.map(({ path, lon, lat }) => `${visits.folder} ${path} ${lon} ${lat}\n`).join('');
  const spent = JSON.parse(program(context, 'stamp_stages', [SIZE, planes, seek ? 1 : 0], list)) as Record<
    string,
    number
  >;
  const total = Object.values(spent).reduce((sum, each) => sum + each, 0);
  return Object.entries(spent)
    .map(([stage, time]) => `${stage} ${time.toFixed(0)} µs (${((100 * time) / total).toFixed(0)} %)`)
    .join(', ');
}

async function measure(context: BenchContext, planes: 1 | 3, seek: boolean): Promise<Pair> {
  const visits = await visitFiles(context);
  const observations = observationsOf(visits, context.quick ? 200 : 1000, seek);
  const list = observations
    .map(({ path, lon, lat }) => `${join(visits.folder, path)} ${lon} ${lat}\n`)
    .join('');
  const pass = passOf(visits, observations, planes, false);
  const measuring = passOf(visits, observations, planes, true);
  const theirs = () => peerProgram(context, 'cfitsio_stamps', [SIZE, planes], list);
  pass();
  theirs();
  const cold: number[] = [];
  const warm: number[] = [];
  const measured: number[] = [];
  const peers: number[] = [];
  for (let turn = 0; turn < (context.quick ? 5 : PASSES); turn++) {
    // Nothing is kept from one call to the next, WCSs neither: the second pass shows it.
    cold.push(pass());
    peers.push(theirs().seconds);
    warm.push(pass());
    measured.push(measuring());
  }
  const notes = [
    `${observations.length} observations in ${visits.files.length} files from ${visits.originals} originals; medians of ${cold.length} passes`,
    `no WCS known ${microseconds(median(cold))}, again at once ${microseconds(median(warm))}, with the record measured ${microseconds(median(measured))}`,
    stages(visits, observations, planes, seek, context),
    others(visits, observations),
  ];
  return {
    ours: {
      n: cold.length * observations.length,
      seconds: median(cold),
      min: Math.min(...cold),
      max: Math.max(...cold),
    },
    peer: { n: peers.length * observations.length, seconds: median(peers) },
    notes: notes.filter(Boolean).join('; '),
  };
}

export function stampClaim(name: string, planes: 1 | 3, seek: boolean): Claim {
  return {
    name,
    peerName: `cfitsio: open, move, wcspih, fits_read_subset${planes === 3 ? ' x 3' : ''}`,
    pair: (context) => measure(context, planes, seek),
  };
}

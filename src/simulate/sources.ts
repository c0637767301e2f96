/**
 * What is in the sky: stars and galaxies in small cells, each a pure function of the seed, the densities and the
 * cell, so that every image sees the same sky whatever else is simulated.
 */
import { BANDS, type Band, fluxOf } from './bands.ts';
import { Random } from './random.ts';
import { DEGREE, type SkyPoint, separation } from './sphere.ts';
import type { Variability } from './variability.ts';

export interface SkyOptions {
  readonly seed: number;
  /** 1: six stars and forty galaxies a square arc minute. */
  readonly density: number;
  /** Fraction of stars that vary. */
  readonly variables: number;
}

export interface SkySource extends SkyPoint {
  readonly id: number;
  readonly type: 'star' | 'galaxy';
  /** Mean flux in nJy, per band. */
  readonly flux: Readonly<Record<Band, number>>;
  /** Galaxies: half-light radius of the exponential disc along the major axis, arc seconds; else 0. */
  readonly radius: number;
  /** Minor over major axis. */
  readonly axisRatio: number;
  /** Degrees from north towards east. */
  readonly angle: number;
  readonly variability?: Variability;
}

const CELL = 0.05; // degrees
const ROWS = 3600;
const STARS = { perArcmin2: 6, faintest: 26, slope: 0.2 } as const;
const GALAXIES = { perArcmin2: 40, faintest: 26.5, slope: 0.36 } as const;

export class Sky {
  private readonly options: SkyOptions;
  private readonly cells = new Map<number, readonly SkySource[]>();

  constructor(options: SkyOptions) {
    this.options = options;
  }

  /** Every source of the cells that a circle touches, in a fixed order. `radius` in degrees. */
  around(center: SkyPoint, radius: number): SkySource[] {
    const reach = radius + CELL;
    const found: SkySource[] = [];
    const first = Math.max(0, Math.floor((center.dec - reach + 90) / CELL));
    const last = Math.min(ROWS - 1, Math.floor((center.dec + reach + 90) / CELL));
    for (let row = first; row <= last; row++) {
      const count = columnsOf(row);
      for (const column of columnsNear(center, reach, count)) {
        const middle = { ra: ((column + 0.5) * 360) / count, dec: (row + 0.5) * CELL - 90 };
        if (separation(center, middle) <= reach) found.push(...this.cell(row, column));
      }
    }
    return found;
  }

  private cell(row: number, column: number): readonly SkySource[] {
    const key = row * 8000 + column;
    const held = this.cells.get(key);
    if (held) return held;
    const made = makeCell(this.options, row, column, key);
    if (this.cells.size > 20000) this.cells.clear();
    this.cells.set(key, made);
    return made;
  }
}

function columnsOf(row: number): number {
  return Math.max(1, Math.floor((360 / CELL) * Math.cos(((row + 0.5) * CELL - 90) * DEGREE)));
}

/** Columns of a row that a circle may touch, ascending: all of them where it holds a pole. */
function* columnsNear(center: SkyPoint, reach: number, count: number): Generator<number> {
  const ratio = Math.sin(reach * DEGREE) / Math.cos(center.dec * DEGREE);
  const half = ratio < 1 ? Math.ceil((Math.asin(ratio) / DEGREE) * (count / 360)) + 1 : count;
  if (2 * half + 1 >= count) {
    for (let column = 0; column < count; column++) yield column;
    return;
  }
  const middle = Math.floor((center.ra / 360) * count);
  const columns = Array.from(
    { length: 2 * half + 1 },
    (_, i) => (((middle - half + i) % count) + count) % count,
  );
  yield* columns.sort((a, b) => a - b);
}

function makeCell(options: SkyOptions, row: number, column: number, key: number): SkySource[] {
  const random = new Random(options.seed, 'sky', row, column);
  const count = columnsOf(row);
  const sinLow = Math.sin((row * CELL - 90) * DEGREE);
  const sinHigh = Math.sin(((row + 1) * CELL - 90) * DEGREE);
  const area = (sinHigh - sinLow) * ((2 * Math.PI) / count) * (60 / DEGREE) ** 2; // square arc minutes
  const stars = random.poisson(area * STARS.perArcmin2 * options.density);
  const galaxies = random.poisson(area * GALAXIES.perArcmin2 * options.density);
  const sources: SkySource[] = [];
  for (let i = 0; i < stars + galaxies; i++) {
    const ra = ((column + random.uniform()) * 360) / count;
    const dec = Math.asin(sinLow + (sinHigh - sinLow) * random.uniform()) / DEGREE;
    const id = key * 10000 + i;
    sources.push(i < stars ? star(random, id, ra, dec, options.variables) : galaxy(random, id, ra, dec));
  }
  return sources;
}

/** Fluxes from an r magnitude and the colours between neighbouring bands. */
function fluxes(r: number, ug: number, gr: number, ri: number, iz: number, zy: number): Record<Band, number> {
  const magnitudes = [r + gr + ug, r + gr, r, r - ri, r - ri - iz, r - ri - iz - zy];
  return Object.fromEntries(BANDS.map((band, k) => [band, fluxOf(magnitudes[k] as number)])) as Record<
    Band,
    number
  >;
}

function star(random: Random, id: number, ra: number, dec: number, variables: number): SkySource {
  const r = random.magnitude(13, STARS.faintest, STARS.slope);
  // Hot to cool: a blue peak of turn-off stars and a red one of M dwarfs.
  const gr = random.uniform() < 0.5 ? 0.45 + 0.15 * random.normal() : 1.35 + 0.12 * random.normal();
  const ri = gr < 1 ? 0.35 * gr : random.between(0.5, 1.6);
  const flux = fluxes(r, 0.8 + 1.1 * Math.max(0, gr - 0.2), gr, ri, 0.5 * ri, 0.25 * ri);
  const source = { id, ra, dec, type: 'star', flux, radius: 0, axisRatio: 1, angle: 0 } as const;
  if (random.uniform() >= variables) return source;
  const phase = random.uniform();
  const variability: Variability =
    random.uniform() < 0.4
      ? { kind: 'rrlyrae', period: random.between(0.3, 0.8), amplitude: random.between(0.5, 1.2), phase }
      : {
          kind: 'sinusoid',
          period: 10 ** random.between(-1, 2.3),
          amplitude: random.between(0.15, 0.9),
          phase,
        };
  return { ...source, variability };
}

function galaxy(random: Random, id: number, ra: number, dec: number): SkySource {
  const r = random.magnitude(17.5, GALAXIES.faintest, GALAXIES.slope);
  const gr = Math.max(0, 0.55 + 0.3 * random.normal());
  const flux = fluxes(r, 0.3 + 0.9 * gr, gr, 0.2 + 0.4 * gr, 0.25 * gr + 0.05, 0.12 * gr);
  // Fainter is smaller, with scatter.
  const radius = Math.min(8, 0.55 * 10 ** (-0.13 * (r - 23)) * Math.exp(0.3 * random.normal()));
  const axisRatio = random.between(0.25, 1);
  return { id, ra, dec, type: 'galaxy', flux, radius, axisRatio, angle: random.between(0, 180) };
}

/** Where a moving target is: a smooth curve through the points of a track. */

import type { Steps } from '../base/steps.ts';
import type { EpochScale, TrackPoint } from '../base/track-point.ts';
import { taiOfUtc } from './time.ts';

type Vector = readonly [number, number, number];

export interface Place {
  /** ICRS degrees. */
  readonly ra: number;
  readonly dec: number;
}

interface Knot {
  /** MJD TAI. */
  readonly tai: number;
  readonly at: Vector;
}

/** Points further apart than this, in days, are not joined. */
export const longestGap = 1;

const TT_MINUS_TAI = 32.184 / 86_400;

const toTai: Readonly<Record<EpochScale, (epoch: number) => number>> = {
  UTC: taiOfUtc,
  TAI: (epoch) => epoch,
  TT: (epoch) => epoch - TT_MINUS_TAI,
};

function vector(ra: number, dec: number): Vector {
  const [a, d] = [(ra * Math.PI) / 180, (dec * Math.PI) / 180];
  return [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)];
}

function place([x, y, z]: Vector): Place {
  const ra = (Math.atan2(y, x) * 180) / Math.PI;
  return { ra: ra < 0 ? ra + 360 : ra, dec: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI };
}

const combine = (f: (axis: 0 | 1 | 2) => number): Vector => [f(0), f(1), f(2)];

/** Slope at `t` of the polynomial through up to four knots: Lagrange's, differentiated. */
function slopeOf(knots: readonly Knot[], t: number): Vector {
  const weights = knots.map((one, i) => {
    const others = knots.filter((_, k) => k !== i);
    const below = others.reduce((product, other) => product * (one.tai - other.tai), 1);
    const above = others.reduce(
      (sum, _, skip) =>
        sum + others.reduce((product, other, k) => (k === skip ? product : product * (t - other.tai)), 1),
      0,
    );
    return above / below;
  });
  return combine((axis) => knots.reduce((sum, { at }, i) => sum + (weights[i] ?? 0) * at[axis], 0));
}

/**
 * Slopes of the cubic spline through the knots whose end slopes are those of the cubics through the first and the last four
 * (de Boor, A Practical Guide to Splines, ch. IV): twice differentiable, error of fourth order up to the ends.
 */
function* slopesOf(knots: readonly Knot[]): Steps<Vector[]> {
  const last = knots.length - 1;
  const first = slopeOf(knots.slice(0, 4), knots[0]?.tai ?? 0);
  const end = slopeOf(knots.slice(-4), knots[last]?.tai ?? 0);
  if (last < 2) return [first, end];
  const h = knots.slice(1).map((knot, i) => knot.tai - (knots[i] as Knot).tai);
  const axes: number[][] = [];
  for (const axis of [0, 1, 2] as const) {
    const at = knots.map((knot) => knot.at[axis]);
    const slope = new Array<number>(last + 1).fill(0);
    const lifted = new Array<number>(last + 1).fill(0);
    slope[0] = first[axis];
    slope[last] = end[axis];
    for (let i = 1; i < last; i++) {
      const [h0, h1] = [h[i - 1] as number, h[i] as number];
      const [a, b, c] = [at[i - 1] as number, at[i] as number, at[i + 1] as number];
      const right = 3 * ((h1 * (b - a)) / h0 + (h0 * (c - b)) / h1);
      const before = i === 1 ? 0 : (lifted[i - 1] as number);
      const pivot = 2 * (h0 + h1) - h1 * before;
      lifted[i] = h0 / pivot;
      slope[i] = (right - h1 * (slope[i - 1] as number)) / pivot;
      yield POINT;
    }
    for (let i = last - 1; i >= 1; i--)
      slope[i] = (slope[i] as number) - (lifted[i] as number) * (slope[i + 1] as number);
    axes.push(slope);
  }
  return knots.map((_, i) => combine((axis) => axes[axis]?.[i] as number));
}

interface Arc {
  readonly from: Knot;
  readonly to: Knot;
  readonly slopes: readonly [Vector, Vector];
}

/** Cubic of Hermite in rectangular coordinates, brought back to the sphere. */
function along({ from, to, slopes: [start, end] }: Arc, tai: number): Vector {
  const h = to.tai - from.tai;
  const u = (tai - from.tai) / h;
  const v = 1 - u;
  const [a, b] = [v * v * (1 + 2 * u), u * u * (1 + 2 * v)];
  const [c, d] = [h * u * v * v, -h * u * v * u];
  return [
    a * from.at[0] + b * to.at[0] + c * start[0] + d * end[0],
    a * from.at[1] + b * to.at[1] + c * start[1] + d * end[1],
    a * from.at[2] + b * to.at[2] + c * start[2] + d * end[2],
  ];
}

export interface Circle {
  readonly centre: Place;
  /** Degrees. */
  readonly radius: number;
  /** MJD TAI. */
  readonly time: readonly [number, number];
}

/** What it costs to do something for one point, in the measure of `Steps`. */
const POINT = 50;

export class Track {
  readonly #arcs: readonly Arc[];
  /** Epochs of isolated points. */
  readonly #single: readonly Knot[];

  private constructor(arcs: readonly Arc[], single: readonly Knot[]) {
    this.#arcs = arcs;
    this.#single = single;
  }

  /** Points in any order; of those with the same epoch the first counts. */
  static *through(points: readonly TrackPoint[]): Steps<Track> {
    const all: Knot[] = [];
    for (const { epoch, scale, ra, dec } of points) {
      all.push({ tai: toTai[scale](epoch), at: vector(ra, dec) });
      yield POINT;
    }
    const sorted = all
      .sort((a, b) => a.tai - b.tai)
      .filter((knot, n) => n === 0 || knot.tai > (all[n - 1] as Knot).tai);
    const arcs: Arc[] = [];
    const single: Knot[] = [];
    for (const run of runsOf(sorted)) {
      const slopes = run.length > 1 ? yield* slopesOf(run) : [];
      if (run.length === 1) single.push(run[0] as Knot);
      for (let i = 0; i + 1 < run.length; i++) {
        const [from, to] = [run[i] as Knot, run[i + 1] as Knot];
        arcs.push({ from, to, slopes: [slopes[i] as Vector, slopes[i + 1] as Vector] });
      }
      yield POINT * run.length;
    }
    return new Track(arcs, single);
  }

  /** Undefined outside the track and in its gaps. */
  at(tai: number): Place | undefined {
    const arc = this.#arcs[this.#lastFrom(tai)];
    if (arc && tai <= arc.to.tai) return place(along(arc, tai));
    const single = this.#single.find((knot) => knot.tai === tai);
    return single && place(single.at);
  }

  /** The last arc that begins at a time or before it; -1: none. Arcs are in order of time. */
  #lastFrom(tai: number): number {
    let [low, high] = [0, this.#arcs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#arcs[middle] as Arc).from.tai <= tai) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Circles that hold the curve, each with its time. */
  *circles(): Steps<Circle[]> {
    const circles: Circle[] = [];
    for (const arc of this.#arcs) {
      circles.push(circleOf(arc));
      yield 4 * POINT;
    }
    return circles;
  }
}

/** Knots that are joined: none is farther from the next than `longestGap`. */
function runsOf(sorted: readonly Knot[]): Knot[][] {
  const runs: Knot[][] = [];
  let run: Knot[] = [];
  for (const knot of sorted) {
    const before = run.at(-1);
    if (!before || knot.tai - before.tai > longestGap) {
      run = [];
      runs.push(run);
    }
    run.push(knot);
  }
  return runs;
}

function circleOf(arc: Arc): Circle {
  const { from, to } = arc;
  const at = (n: number) => vectorOf(along(arc, from.tai + ((to.tai - from.tai) * n) / 8));
  const middle = at(4);
  let chord2 = 0;
  for (let n = 0; n <= 8; n++) chord2 = Math.max(chord2, distance2(at(n), middle));
  const radius = (2 * Math.asin(Math.min(1, Math.sqrt(chord2) / 2)) * 180) / Math.PI;
  return { centre: place(middle), radius: 1.25 * radius, time: [from.tai, to.tai] };
}

function distance2(a: Vector, b: Vector): number {
  const [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return x * x + y * y + z * z;
}

function vectorOf([x, y, z]: Vector): Vector {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

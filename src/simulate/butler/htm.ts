/** Trixels of the hierarchical triangular mesh (Kunszt, Szalay and Thakar 2001), by which a registry finds regions that may overlap. */

export type Vector = readonly [number, number, number];
type Trixel = readonly [Vector, Vector, Vector];

/** The level that a registry's tables are of. */
export const HTM_LEVEL = 7;

const [UP, X, Y, BACK, LEFT, DOWN]: readonly Vector[] = [
  [0, 0, 1],
  [1, 0, 0],
  [0, 1, 0],
  [-1, 0, 0],
  [0, -1, 0],
  [0, 0, -1],
];

/** Their numbers are 8 and up. */
const ROOTS = [
  ...[
    [X, DOWN, Y],
    [Y, DOWN, BACK],
    [BACK, DOWN, LEFT],
    [LEFT, DOWN, X],
  ],
  ...[
    [X, UP, LEFT],
    [LEFT, UP, BACK],
    [BACK, UP, Y],
    [Y, UP, X],
  ],
] as unknown as readonly Trixel[];

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

const sum = (...vectors: readonly Vector[]): Vector =>
  unit(vectors.reduce((a, b): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]));

const angle = (a: Vector, b: Vector): number => Math.acos(Math.min(1, Math.max(-1, dot(a, b))));

/** A circle around vectors that lie close together. */
function circleAround(vectors: readonly Vector[]): { center: Vector; radius: number } {
  const center = sum(...vectors);
  return { center, radius: Math.max(...vectors.map((one) => angle(center, one))) };
}

/** Numbers of the trixels that may touch the polygon with these corners: all that do, and some near it. */
export function trixelsNear(corners: readonly Vector[]): number[] {
  const region = circleAround(corners);
  const found: number[] = [];
  const visit = (number: number, trixel: Trixel, level: number): void => {
    const { center, radius } = circleAround(trixel);
    if (angle(center, region.center) > radius + region.radius + 1e-9) return;
    if (level === HTM_LEVEL) {
      found.push(number);
      return;
    }
    const [a, b, c] = trixel;
    const [bc, ac, ab] = [sum(b, c), sum(a, c), sum(a, b)];
    const children: readonly Trixel[] = [
      [a, ab, ac],
      [b, bc, ab],
      [c, ac, bc],
      [bc, ac, ab],
    ];
    for (const [k, child] of children.entries()) visit(number * 4 + k, child, level + 1);
  };
  for (const [k, root] of ROOTS.entries()) visit(8 + k, root, 0);
  return found;
}

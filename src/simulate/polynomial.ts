/** Polynomials in two variables, as SIP has them. */
export interface Term {
  readonly p: number;
  readonly q: number;
  readonly value: number;
}
export type Polynomial = readonly Term[];

export function evaluate(polynomial: Polynomial, u: number, v: number): number {
  let sum = 0;
  for (const { p, q, value } of polynomial) sum += value * power(u, p) * power(v, q);
  return sum;
}

/** Much quicker than `**` for the few small exponents there are. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result *= base;
  return result;
}

/** Exponents (p, q) of every term whose degree is between two orders. */
export function powers(low: number, high: number): [number, number][] {
  const list: [number, number][] = [];
  for (let p = 0; p <= high; p++) {
    for (let q = 0; q <= high - p; q++) if (p + q >= low) list.push([p, q]);
  }
  return list;
}

/** Least squares by the normal equations, in coordinates divided by `unit` so that they are well conditioned. */
export function fitPolynomial(
  points: readonly (readonly [number, number])[],
  values: readonly number[],
  terms: readonly (readonly [number, number])[],
  unit: number,
): Polynomial {
  const n = terms.length;
  const matrix = Array.from({ length: n }, () => new Array<number>(n + 1).fill(0));
  for (const [i, [x, y]] of points.entries()) {
    const row = terms.map(([p, q]) => (x / unit) ** p * (y / unit) ** q);
    for (let j = 0; j < n; j++) {
      const target = matrix[j] as number[];
      for (let k = 0; k < n; k++) target[k] = (target[k] as number) + (row[j] as number) * (row[k] as number);
      target[n] = (target[n] as number) + (row[j] as number) * (values[i] as number);
    }
  }
  const solution = solve(matrix);
  return terms.map(([p, q], j) => ({ p, q, value: (solution[j] as number) / unit ** (p + q) }));
}

/** Gauss's elimination with row pivots of an n by n+1 matrix. */
function solve(matrix: number[][]): number[] {
  const n = matrix.length;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(at(matrix, i, k)) > Math.abs(at(matrix, best, k))) best = i;
    }
    [matrix[k], matrix[best]] = [matrix[best] as number[], matrix[k] as number[]];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = at(matrix, i, k) / at(matrix, k, k);
      for (let j = k; j <= n; j++) (matrix[i] as number[])[j] = at(matrix, i, j) - factor * at(matrix, k, j);
    }
  }
  return matrix.map((row, i) => (row[n] as number) / (row[i] as number));
}

const at = (matrix: readonly number[][], i: number, j: number): number =>
  (matrix[i] as number[])[j] as number;

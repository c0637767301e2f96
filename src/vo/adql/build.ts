/** What the grammar makes of the parts that it has read: its actions are calls of these. */
import type { Condition, Value } from './ast.ts';
import { FUNCTIONS } from './words.ts';

/** Something else was expected at a character than what stands there. */
export class Unexpected extends Error {
  readonly at: number;

  constructor(expected: string, at: number) {
    super(expected);
    this.at = at;
  }
}

type Node = Value | Condition;

const CONDITIONS: ReadonlySet<string> = new Set([
  ...['and', 'or', 'not', 'compare', 'between', 'in', 'like', 'isNull', 'exists'],
]);

/**
 * Conditions and values are read by the same rules, as both may begin with any number of parentheses; which one it was is known
 * only behind them. Trying one after the other would take time that doubles with each.
 */
export const isCondition = (node: Node): node is Condition => CONDITIONS.has(node.kind);

export function asValue(node: Node): Value {
  if (!isCondition(node)) return node;
  throw new Unexpected('a value, not a condition', node.at);
}

/** `a OR b OR c`; of one, itself. */
export function joined(kind: 'and' | 'or', first: Node, rest: readonly Condition[]): Node {
  if (!isCondition(first) || rest.length === 0) return first;
  return { kind, parts: [first, ...rest], at: first.at };
}

/** `a - b - c`, from the left. */
export function folded(first: Node, rest: readonly (readonly ['+' | '-' | '*' | '/' | '||', Node])[]): Node {
  return rest.reduce(
    (left: Node, [operator, right]): Node => ({
      kind: 'binary',
      operator,
      left: asValue(left),
      right: asValue(right),
      at: left.at,
    }),
    first,
  );
}

export function called(word: string, args: readonly Value[], at: number): Value {
  const name = word.toUpperCase();
  const { least, most } = FUNCTIONS.get(name) ?? { least: 0, most: Number.POSITIVE_INFINITY };
  if (args.length >= least && args.length <= most) return { kind: 'call', name, args, at };
  const range =
    least === most
      ? `${least}`
      : most === Number.POSITIVE_INFINITY
        ? `${least} or more`
        : `${least} to ${most}`;
  throw new Unexpected(`${range} argument${range === '1' ? '' : 's'} of ${name}, not ${args.length},`, at);
}

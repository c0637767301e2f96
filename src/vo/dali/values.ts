/** The values of a request's parameters: gathered by name, read by their declarations. */
import { clip } from '../../base/clip.ts';
import { usageError, type VignetError } from '../../base/errors.ts';
import { type Steps, untilDone } from '../../base/steps.ts';
import { type Pairs, type Parameter, readSteps } from './parameter.ts';
import { suggest } from './suggest.ts';

export type Values = ReadonlyMap<string, readonly string[]>;

/** DALI's names that never change an answer: accepted and ignored. */
export const ignoredNames: readonly string[] = ['REQUEST', 'VERSION'];

export function tooManyParameters(received: number, most: number): VignetError {
  return usageError('TOO_MANY_PARAMETERS', `expected at most ${most} parameters, received ${received}`);
}

/** Names folded to upper case, values in order. Throws usage TOO_MANY_PARAMETERS. */
export function gather(pairs: Pairs, maxParameters: number): Values {
  if (pairs.length > maxParameters) throw tooManyParameters(pairs.length, maxParameters);
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const key = name.trim().toUpperCase();
    const list = values.get(key);
    if (list) list.push(value);
    else values.set(key, [value]);
  }
  return values;
}

export function multiValued(detail: string): VignetError {
  return usageError('MULTI_VALUED', detail);
}

/** Parameters that do not go together. */
export function contradiction(detail: string): VignetError {
  return usageError('CONTRADICTION', detail);
}

/** The value of a parameter that may be given once. Throws usage MULTI_VALUED. */
export function* singleInSteps<T>(values: Values, parameter: Parameter<T>): Steps<T | undefined> {
  const [text, ...others] = values.get(parameter.name) ?? [];
  if (others.length > 0)
    throw multiValued(
      `expected one value for ${parameter.name}, received ${1 + others.length}; send one request for each`,
    );
  return text === undefined ? undefined : yield* readSteps(parameter, text);
}

/** The same, without a pause. */
export function single<T>(values: Values, parameter: Parameter<T>): T | undefined {
  return untilDone(singleInSteps(values, parameter));
}

/** The value of a parameter that must be given once. Throws usage MISSING_PARAM too. */
export function required<T>(values: Values, parameter: Parameter<T>): T {
  const { name, example } = parameter;
  const value = single(values, parameter);
  if (value !== undefined) return value;
  throw usageError(
    'MISSING_PARAM',
    `expected a value for ${name}, received none; give for example ${name}=${encodeURIComponent(example)}`,
  );
}

/** The values of a parameter that may be repeated, in order. */
export function* many<T>(values: Values, parameter: Parameter<T>): Steps<T[]> {
  const all: T[] = [];
  for (const text of values.get(parameter.name) ?? []) all.push(yield* readSteps(parameter, text));
  return all;
}

/** What is said of parameters that no declaration has and that were ignored; undefined where there are none. */
export function ignoredSentence(
  pairs: Pairs,
  parameters: readonly Pick<Parameter<unknown>, 'name'>[],
): string | undefined {
  const known = parameters.map((parameter) => parameter.name);
  const names = [...new Set(pairs.map(([name]) => name.trim().toUpperCase()))];
  const unknown = names.filter((name) => !known.includes(name) && !ignoredNames.includes(name));
  if (unknown.length === 0) return undefined;
  const said = unknown.slice(0, 5).map((name) => {
    const near = suggest(name, known);
    return `${clip(name, 40)}${near ? ` (did you mean ${near}?)` : ''}`;
  });
  return `ignored, because no parameter has this name: ${said.join(', ')}${unknown.length > 5 ? ', ...' : ''}`;
}

/** Throws usage UNKNOWN_PARAMETER for a name that none of `parameters` has. `hint`: what to do, for the message. */
export function refuseUnknown(
  values: Values,
  parameters: readonly Pick<Parameter<unknown>, 'name'>[],
  hint: (known: string) => string,
): void {
  const known = parameters.map((parameter) => parameter.name);
  const unknown = [...values.keys()].find((name) => !known.includes(name) && !ignoredNames.includes(name));
  if (unknown === undefined) return;
  const near = suggest(unknown, known);
  throw usageError(
    'UNKNOWN_PARAMETER',
    `expected a parameter of this service, received ${clip(unknown, 40)}${near ? `; did you mean ${near}?` : '.'} ${hint(known.join(', '))}`,
  );
}

/** The values of a request's parameters: gathered by name, read by their declarations. */
import { usageError, type VignetError } from '../../base/errors.ts';
import { clip, type Pairs, type Parameter, readValue } from './parameter.ts';
import { suggest } from './suggest.ts';

export type Values = ReadonlyMap<string, readonly string[]>;

/** DALI's names that mean nothing here and never change an answer: taken and ignored. */
export const ignoredNames: readonly string[] = ['REQUEST', 'VERSION'];

export function tooManyParameters(received: number, most: number): VignetError {
  return usageError('TOO_MANY_PARAMETERS', `${received} parameters; at most ${most} are taken`);
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

/** The value of a parameter that may be given once. */
export function single<T>(values: Values, parameter: Parameter<T>): T | undefined {
  const texts = values.get(parameter.name);
  if (!texts?.length) return undefined;
  if (texts.length > 1) {
    throw multiValued(`${parameter.name} is given ${texts.length} times; one is taken`);
  }
  return readValue(parameter, texts[0] ?? '');
}

/** The value of a parameter that must be given once. Throws usage MISSING_PARAM too. */
export function required<T>(values: Values, parameter: Parameter<T>): T {
  const { name, example } = parameter;
  const value = single(values, parameter);
  if (value !== undefined) return value;
  throw usageError(
    'MISSING_PARAM',
    `${name} is missing; give for example ${name}=${encodeURIComponent(example)}`,
  );
}

/** The values of a parameter that may be repeated, in order. */
export function many<T>(values: Values, parameter: Parameter<T>): T[] {
  return (values.get(parameter.name) ?? []).map((text) => readValue(parameter, text));
}

/** Throws usage UNKNOWN_PARAMETER for a name that none of `parameters` has. `why`: what follows from it, for the message. */
export function refuseUnknown(
  values: Values,
  parameters: readonly Pick<Parameter<unknown>, 'name'>[],
  why: (known: string) => string,
): void {
  const known = parameters.map((parameter) => parameter.name);
  const unknown = [...values.keys()].find((name) => !known.includes(name) && !ignoredNames.includes(name));
  if (unknown === undefined) return;
  const near = suggest(unknown, known);
  throw usageError(
    'UNKNOWN_PARAMETER',
    `${clip(unknown, 40)} is not a parameter of this service${near ? `; did you mean ${near}?` : ''} ${why(known.join(', '))}`,
  );
}

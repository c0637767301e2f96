/** What a service parameter is: declared once, used for parsing, help, OpenAPI and service descriptors. */
import { clip } from '../../base/clip.ts';
import { usageError, type VignetError } from '../../base/errors.ts';
import { type Steps, untilDone, VALUE } from '../../base/steps.ts';

/** A parameter as VOTable's PARAM would say it, with the function that reads one of its values. */
export interface Parameter<T> {
  /** Upper case; names compare without regard to case (DALI 1.1, 2.1). */
  readonly name: string;
  readonly ucd?: string;
  readonly unit?: string;
  readonly datatype: 'char' | 'double';
  readonly arraysize?: string;
  readonly xtype?: string;
  /** `required`: exactly one; `optional`: at most one; `many`: any number. */
  readonly multiplicity: 'required' | 'optional' | 'many';
  /** The only values allowed, where they are few. */
  readonly values?: readonly string[];
  /** Smallest and largest number allowed, in `unit`. */
  readonly bounds?: { readonly min?: number; readonly max?: number };
  readonly default?: string;
  /** Characters of one value; longer ones are refused unread. */
  readonly maxLength: number;
  /** Its value may be sent as a file, or inline by UPLOAD. */
  readonly upload?: boolean;
  readonly description: string;
  readonly example: string;
  /** Reads one value or throws VignetError usage BAD_VALUE. */
  parse(text: string): T;
  /** The same, where it takes longer than others should wait. */
  steps?(text: string): Steps<T>;
}

/** A parameter that has a value when it is left out. */
export interface Defaulted<T> extends Parameter<T> {
  readonly default: string;
}

/** That value. */
export const defaultOf = <T>(parameter: Defaulted<T>): T => parameter.parse(parameter.default);

/** Parameters as they arrived, in order, with the case and repetitions the client gave them. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** Parts of a URL by their names, decoded. */
export type UrlParts = Readonly<Record<string, string>>;

/** What a message says besides what was expected and received: why the value is refused, and what may help. */
export interface Explanation {
  readonly why?: string | undefined;
  readonly hint?: string | undefined;
}

/** `expected one number for Q, received 'x': 'x' is not a number; give for example Q=8`. Both are optional behind the value. */
export function badValue(
  name: string,
  text: string,
  expected: string,
  { why, hint }: Explanation = {},
): VignetError {
  const more = `${why === undefined ? '' : `: ${why}`}${hint === undefined ? '' : `; ${hint}`}`;
  return usageError('BAD_VALUE', `expected ${expected} for ${name}, received '${clip(text)}'${more}`);
}

/** Reads one value of a parameter, after the checks that all of them share. */
export function* readSteps<T>(parameter: Parameter<T>, text: string): Steps<T> {
  const { name, example, maxLength } = parameter;
  if (text.trim() === '') {
    const hint = `leave the parameter out, or give for example ${name}=${example}`;
    throw badValue(name, text, 'a value', { hint });
  }
  if (text.length > maxLength) {
    throw usageError(
      'VALUE_TOO_LONG',
      `expected at most ${maxLength} characters for ${name}, received ${text.length}`,
    );
  }
  if (parameter.steps) return yield* parameter.steps(text);
  const value = parameter.parse(text);
  yield VALUE + text.length;
  return value;
}

/** How a parameter is read whose values take long. */
export function readInSteps<T>(steps: (text: string) => Steps<T>): Pick<Parameter<T>, 'parse' | 'steps'> {
  return { parse: (text) => untilDone(steps(text)), steps };
}

/** A parser of enumerations: values compare exactly, and the message lists them all. */
export function oneOf<const V extends string>(name: string, values: readonly V[]): (text: string) => V {
  return (text) => {
    const exact = values.find((value) => value === text);
    if (exact !== undefined) return exact;
    const near = values.find((value) => value.toLowerCase() === text.trim().toLowerCase());
    throw badValue(name, text, `one of ${values.join(', ')}`, { hint: near && `did you mean ${near}?` });
  };
}

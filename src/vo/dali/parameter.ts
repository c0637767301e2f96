/** What a service parameter is: declared once, used for parsing, help, OpenAPI and service descriptors. */
import { usageError, type VignetError } from '../../base/errors.ts';

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
}

/** A parameter that has a value when it is left out. */
export interface Defaulted<T> extends Parameter<T> {
  readonly default: string;
}

/** That value. */
export const defaultOf = <T>(parameter: Defaulted<T>): T => parameter.parse(parameter.default);

/** Parameters as they arrived, in order, with the case and repetitions the client gave them. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** A value as it may be shown in a message: short, on one line, without control characters. */
export function clip(text: string, length = 60): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be echoed
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
  return clean.length > length ? `${clean.slice(0, length)}… (${text.length} characters)` : clean;
}

export function badValue(name: string, text: string, what: string): VignetError {
  return usageError('BAD_VALUE', `${name}='${clip(text)}': ${what}`);
}

/** Reads one value of a parameter, after the checks that all of them share. */
export function readValue<T>(parameter: Parameter<T>, text: string): T {
  if (text.trim() === '') {
    throw badValue(
      parameter.name,
      text,
      `the value is empty; leave the parameter out, or give for example ${parameter.name}=${parameter.example}`,
    );
  }
  if (text.length > parameter.maxLength) {
    throw usageError(
      'VALUE_TOO_LONG',
      `${parameter.name} has ${text.length} characters; at most ${parameter.maxLength} are taken`,
    );
  }
  return parameter.parse(text);
}

/** A parser of enumerations: values compare exactly, and the message lists them all. */
export function oneOf<const V extends string>(name: string, values: readonly V[]): (text: string) => V {
  return (text) => {
    const exact = values.find((value) => value === text);
    if (exact !== undefined) return exact;
    const near = values.find((value) => value.toLowerCase() === text.trim().toLowerCase());
    const hint = near ? `did you mean ${near}? ` : '';
    throw badValue(name, text, `${hint}One of ${values.join(', ')} is right`);
  };
}

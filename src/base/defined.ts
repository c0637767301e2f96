/** Values that may be absent. */

/** The same properties, any of them absent or undefined: what a builder of a whole object takes. */
export type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

type MayBeAbsent<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };
type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] };

/** The same object without the properties that are undefined; the order of the others stays. */
export function defined<T extends object>(values: T): MayBeAbsent<T> & Present<T> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  // What the filter did is what the type says; entries lose the names of properties.
  return Object.fromEntries(present) as MayBeAbsent<T> & Present<T>;
}

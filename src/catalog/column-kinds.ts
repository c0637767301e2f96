/** Columns of the catalog, made so that their names, types and whether they may be null are known to the compiler. */
import type { Column } from '../base/column.ts';

type About = Pick<Column, 'unit' | 'ucd' | 'utype' | 'xtype'>;

export const text = <const N extends string>(name: N, description: string, about: About = {}) =>
  ({ name, type: 'char', description, ...about }) as const;

export const int = <const N extends string>(name: N, description: string, about: About = {}) =>
  ({ name, type: 'int', description, ...about }) as const;

export const long = <const N extends string>(name: N, description: string, about: About = {}) =>
  ({ name, type: 'long', description, ...about }) as const;

export const double = <const N extends string>(name: N, description: string, about: About = {}) =>
  ({ name, type: 'double', description, ...about }) as const;

/** Any number of numbers. */
export const doubles = <const N extends string>(name: N, description: string, about: About = {}) =>
  ({ name, type: 'double', shape: ['*'], description, ...about }) as const;

/** Never null. */
export const always = <const C extends Column>(column: C) => ({ ...column, required: true }) as const;

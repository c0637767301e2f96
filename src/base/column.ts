/** What every table is made of, whichever form it is written in: columns, cells, batches of rows. */

/**
 * Types of VOTable 1.4. `byte` is unsigned; `short`, `int` and `long` have 16, 32 and 64 bits. `char` is ASCII where a form counts
 * bytes (BINARY2, FITS), `unicode` is any text.
 */
export type ColumnType =
  | 'boolean'
  | 'byte'
  | 'short'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'char'
  | 'unicode';

/** ICRS; MJD in TAI or UTC at the telescope; JD in TDB at the barycentre. */
export type SystemId = 'icrs' | 'mjd_tai' | 'mjd_utc' | 'bjd_tdb';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /**
   * Of numbers and booleans: the axes of an array, the fastest first, or `*` for a list of any length; absent: a single value. An array
   * of several axes does not vary: astropy and stilts do not agree on what BINARY2 says of its length.
   * Of texts: `[n]`, at most n characters (units of UTF-16); absent: any number. There are no arrays of texts.
   */
  readonly shape?: readonly number[] | readonly ['*'] | undefined;
  /** As VOUnits 1.0 writes it. */
  readonly unit?: string | undefined;
  readonly ucd?: string | undefined;
  readonly utype?: string | undefined;
  /** What DALI calls the content: `timestamp`, `point`, `circle`, `polygon`, ... */
  readonly xtype?: string | undefined;
  /** The coordinate system that positions are in, or the scale and origin of times. */
  readonly ref?: SystemId | undefined;
  readonly description: string;
  /** No cell is ever null. */
  readonly required?: boolean | undefined;
  /**
   * The number that stands for null in forms that have no other way to say it (FITS: TNULL). Whole numbers only; absent: the
   * smallest of the type, for `byte` the largest.
   */
  readonly null?: number | bigint | undefined;
}

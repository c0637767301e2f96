/** Binary tables of FITS: their columns as cards, their cells as bytes. */
import { ascii, type Card, integer, text } from './cards.ts';

/** One column. `bytes` is what it takes of a row. */
export interface TableColumn {
  readonly name: string;
  readonly tform: string;
  readonly bytes: number;
  readonly unit?: string | undefined;
  readonly ucd?: string | undefined;
  readonly description: string;
  readonly tdim?: string | undefined;
  readonly tnull?: number | undefined;
}

const widths = { D: 8, E: 4, J: 4, K: 8 } as const;

export function scalar(form: keyof typeof widths, about: Omit<TableColumn, 'tform' | 'bytes'>): TableColumn {
  return { ...about, tform: `1${form}`, bytes: widths[form] };
}

/** Text of at most `width` characters. */
export function words(width: number, about: Omit<TableColumn, 'tform' | 'bytes'>): TableColumn {
  return { ...about, tform: `${width}A`, bytes: width };
}

export function rowBytes(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, column) => sum + column.bytes, 0);
}

/** The cards of a table's header up to its columns, and those of each column. */
export function tableCards(columns: readonly TableColumn[], rows: number): Card[] {
  const cards = [
    text('XTENSION', 'BINTABLE', 'binary table'),
    integer('BITPIX', 8),
    integer('NAXIS', 2),
    integer('NAXIS1', rowBytes(columns), 'bytes of a row'),
    integer('NAXIS2', rows, 'rows'),
    integer('PCOUNT', 0),
    integer('GCOUNT', 1),
    integer('TFIELDS', columns.length),
  ];
  columns.forEach((column, at) => {
    const n = at + 1;
    cards.push(text(`TTYPE${n}`, column.name, column.description), text(`TFORM${n}`, column.tform));
    if (column.tdim) cards.push(text(`TDIM${n}`, column.tdim));
    if (column.unit) cards.push(text(`TUNIT${n}`, ascii(column.unit).slice(0, 60)));
    if (column.tnull !== undefined) cards.push(integer(`TNULL${n}`, column.tnull));
    if (column.ucd) cards.push(text(`TUCD${n}`, column.ucd));
    cards.push(text(`TCOMM${n}`, ascii(column.description).slice(0, 67)));
  });
  return cards;
}

/** Writes cells one after another. */
export class RowWriter {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at: number;

  constructor(out: Uint8Array, at: number) {
    this.#bytes = Buffer.from(out.buffer, out.byteOffset, out.byteLength);
    this.#view = new DataView(out.buffer, out.byteOffset, out.byteLength);
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  double(value: number): void {
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }

  float(value: number): void {
    this.#view.setFloat32(this.#at, value);
    this.#at += 4;
  }

  int(value: number): void {
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  long(value: number): void {
    this.#view.setBigInt64(this.#at, BigInt(value));
    this.#at += 8;
  }

  /** Filled up with NUL. */
  text(value: string, width: number): void {
    const end = this.#at + width;
    const shown = ascii(value.length > width ? value.slice(0, width) : value);
    this.#bytes.write(shown, this.#at, 'latin1');
    this.#bytes.fill(0, this.#at + shown.length, end);
    this.#at = end;
  }
}

/**
 * Runs: stamps that lie one after another in memory into a picture of tiles with labels, drawn in grey with one stretch.
 * Costs: a pass over all pixels for their levels, those of `render`, and one over the picture; the picture, and `pictureMemory` beside it.
 * Can be cancelled between any two lines; does not yield.
 * Transfers: the picture.
 */
import { native } from '../../addon/addon.ts';
import type { PictureRaster } from '../../addon/render.ts';
import { CHARACTER, draw, LINE } from '../font.ts';
import { oneCall, type Turn } from '../task-kind.ts';
import { type Poll, pollOf } from './poll.ts';

/** Stamps of `size`² big-endian floats, each `stride` bytes after the one before and `skip` bytes into its own. */
export interface Stamps {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly stride: number;
  readonly skip: number;
  /** Sky and noise of each, between which its values are drawn. */
  readonly levels: Float64Array;
}

/** Where tiles lie in a picture. */
export interface TileGrid {
  readonly columns: number;
  readonly lines: number;
  /** Pixels between tiles. */
  readonly gap: number;
  /** Picture pixels per stamp pixel. */
  readonly zoom: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly width: number;
  readonly height: number;
}

export interface SheetDrawing {
  readonly stamps: Stamps;
  readonly labels: readonly string[];
  /** A plain FITS file on shared memory whose image, `columns` by `lines` stamps, is written here: 32-bit floats. */
  readonly fits: Uint8Array;
  readonly headerBytes: number;
  readonly columns: number;
  readonly lines: number;
  readonly grid: TileGrid;
}

/** Grey of labels and of what lies between the tiles. */
const INK = 220;
const PAPER = 24;
const grey = (value: number) => 0xff000000 | (value * 0x010101);

export const sheetTask = oneCall<SheetDrawing, PictureRaster>({
  kind: 'sheet',
  run: drawSheet,
  transfer: ({ rgba }) => [rgba.buffer],
});

/** Room for labels beneath tiles so small that they are enlarged until `longest` characters fit. */
export function tileSize(
  size: number,
  longest: number,
  gap: number,
): Pick<TileGrid, 'zoom' | 'tileWidth' | 'tileHeight'> {
  const zoom = Math.max(1, Math.ceil((longest * CHARACTER) / size));
  return { zoom, tileWidth: size * zoom + gap, tileHeight: size * zoom + LINE + gap };
}

function drawSheet(task: SheetDrawing, turn: Turn): PictureRaster {
  const poll = pollOf(turn);
  const { fits, columns, lines, stamps } = task;
  place(task, poll);
  const options = { stretch: 'asinh', maxSide: Math.max(columns, lines) * stamps.size } as const;
  return compose(task, native.render(fits, options, turn.control, poll.leftMs()), poll);
}

/** The stamps, as (value - sky) / noise, into one image: FITS has the last line first. Empty places have no data. */
function place({ stamps, fits, headerBytes, columns, lines }: SheetDrawing, poll: Poll): void {
  const { bytes, size, stride, skip, levels } = stamps;
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const to = new DataView(fits.buffer, fits.byteOffset + headerBytes, fits.byteLength - headerBytes);
  const across = columns * size;
  for (let n = 0; n < columns * lines; n++) {
    const corner = (lines - 1 - Math.floor(n / columns)) * size * across + (n % columns) * size;
    const [sky, noise] = [levels[2 * n] ?? Number.NaN, levels[2 * n + 1] ?? Number.NaN];
    for (let j = 0; j < size; j++) {
      poll.now();
      for (let i = 0; i < size; i++) {
        const value = Number.isNaN(noise) ? noise : from.getFloat32(n * stride + skip + 4 * (j * size + i));
        to.setFloat32(4 * (corner + j * across + i), (value - sky) / noise);
      }
    }
  }
}

/** Tiles apart from each other, enlarged, with their labels. */
function compose(task: SheetDrawing, { width: across, rgba }: PictureRaster, poll: Poll): PictureRaster {
  const { size } = task.stamps;
  const { columns, gap, zoom, tileWidth, tileHeight, width, height } = task.grid;
  const source = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.byteLength / 4);
  const out = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    poll.now();
    out.fill(grey(PAPER), y * width, (y + 1) * width);
  }
  task.labels.forEach((label, n) => {
    const [left, top] = [gap + (n % columns) * tileWidth, gap + Math.floor(n / columns) * tileHeight];
    const corner = Math.floor(n / task.columns) * size * across + (n % task.columns) * size;
    for (let y = 0; y < size * zoom; y++) {
      poll.now();
      const line = corner + Math.floor(y / zoom) * across;
      const to = (top + y) * width + left;
      for (let x = 0; x < size * zoom; x++) {
        const pixel = source[line + Math.floor(x / zoom)] ?? 0;
        // Without data: black.
        out[to + x] = pixel >>> 24 === 0 ? grey(0) : (pixel | 0xff000000) >>> 0;
      }
    }
    draw(label, (x, y) => {
      out[(top + size * zoom + 1 + y) * width + left + x] = grey(INK);
    });
  });
  return { width, height, opaque: true, grey: true, rgba: new Uint8Array(out.buffer) };
}

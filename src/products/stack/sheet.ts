/** A contact sheet: the stamps of a stack side by side, labelled by date and band. */
import { header, integer, logical, padded } from '../../base/fits-cards.ts';
import { toVignetError } from '../../base/thrown.ts';
import type { Lease } from '../../engine/buffers.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import { native, type StackJob } from '../../engine/native.ts';
import { checkSize, type Limits } from '../limits.ts';
import { encodePicture, type Pixels } from '../picture.ts';
import { type Made, type PooledDeps, WholeAnswer } from '../pooled-answer.ts';
import { jobOf } from './fits.ts';
import { CHARACTER, draw, LINE } from './font.ts';
import { together } from './locate.ts';
import type { StackPlan } from './plan.ts';
import type { StackRow } from './row.ts';

/** Bytes of what is measured of a stamp, before its pixels; SKY and NOISE among it. */
const { bytes: RECORD, columns: measured } = native.stackRecord();
const offsetOf = (name: string) => measured.find((column) => column.name === name)?.offset ?? 0;
const [SKY, NOISE] = [offsetOf('SKY'), offsetOf('NOISE')];

/** Stamps of one task. */
const GROUP = 64;
/** Pixels between tiles. */
const GAP = 2;
/** Colours of labels and of what lies between the tiles: grey. */
const INK = 220;
const PAPER = 24;

const MJD_UNIX = 40_587;

/** `2025-11-03 r`, by the UTC date of the middle of the exposure. */
function labelOf({ utc, dataset }: StackRow): string {
  const date = utc === null ? '?' : new Date((utc - MJD_UNIX) * 86_400_000).toISOString().slice(0, 10);
  return `${date} ${dataset.observation.band ?? '?'}`.slice(0, 20);
}

export interface Grid {
  readonly columns: number;
  readonly lines: number;
  /** Picture pixels per stamp pixel. */
  readonly zoom: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly width: number;
  readonly height: number;
}

/** As square as can be, small stamps enlarged until a label fits beneath. */
export function gridOf(count: number, size: number, longestLabel: number): Grid {
  const zoom = Math.max(1, Math.ceil((longestLabel * CHARACTER) / size));
  const tileWidth = size * zoom + GAP;
  const tileHeight = size * zoom + LINE + GAP;
  const columns = Math.max(1, Math.ceil(Math.sqrt((count * tileHeight) / tileWidth)));
  const lines = Math.max(1, Math.ceil(count / columns));
  const [width, height] = [columns * tileWidth + GAP, lines * tileHeight + GAP];
  return { columns, lines, zoom, tileWidth, tileHeight, width, height };
}

export class SheetAnswer extends WholeAnswer<PooledDeps> {
  readonly #plan: StackPlan;
  readonly #labels: readonly string[];
  readonly #grid: Grid;

  /** Throws usage TOO_LARGE. */
  constructor(deps: PooledDeps, plan: StackPlan, limits: Limits) {
    super(deps);
    this.#plan = plan;
    this.#labels = plan.rows.map(labelOf);
    this.#grid = gridOf(
      plan.rows.length,
      plan.size,
      Math.max(1, ...this.#labels.map((label) => label.length)),
    );
    const { width, height } = this.#grid;
    checkSize(
      4 * width * height,
      limits.maxWholeBytes,
      'maxWholeBytes of pictures',
      'ask for fewer rows (MAXREC) or smaller stamps',
    );
  }

  protected async makeWhole(): Promise<Made> {
    const { size, rows } = this.#plan;
    const { columns, lines, width, height } = this.#grid;
    const request = this.request();
    let lease: Lease | undefined;
    try {
      const area = RECORD + 4 * size * size;
      const [across, down] = [columns * size, lines * size];
      const top = imageHeader(across, down);
      const image = top.length + padded(4 * across * down);
      const stamps = rows.length * area;
      lease = await request.buffer(stamps + image, 3 * 4 * width * height);
      const { bytes } = lease;
      await this.#fill(request, bytes.subarray(0, stamps), area);
      const fits = bytes.subarray(stamps);
      fits.set(top);
      this.#place(bytes, fits.subarray(top.length));
      const options = { stretch: 'asinh', maxSide: Math.max(across, down) } as const;
      const pixels = await request.run({ kind: 'render', fits, options });
      if (request.signal.aborted) throw request.signal.reason;
      return { bytes: await encodePicture(this.#compose(pixels), 'png'), free: () => {} };
    } catch (error) {
      throw toVignetError(error);
    } finally {
      request.close();
      lease?.release();
    }
  }

  /** All stamps one after another. */
  async #fill(request: EngineRequest, out: Uint8Array, area: number): Promise<void> {
    const { size, rows } = this.#plan;
    const tasks: Promise<unknown>[] = [];
    for (let from = 0; from < rows.length; from += GROUP) {
      const group = rows.slice(from, from + GROUP);
      const layouts = together(group.map(({ dataset }) => dataset.layout));
      const jobs = group.map(
        (row, n): StackJob => ({
          ...jobOf(row, layouts[n] as Uint8Array),
          at: (from + n) * area,
          parts: ['record', 'image'],
        }),
      );
      tasks.push(
        request.run({ kind: 'stack', task: { size, maskNames: ['NO_DATA'], maskBits: 32, jobs }, out }),
      );
    }
    const failed = (await Promise.allSettled(tasks)).find((task) => task.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /**
   * The stamps into one image, first row on top: FITS has it at the end. Each in units of its own noise above its own sky: nights
   * and bands differ too much for a stretch of what was measured. Empty tiles have no data.
   */
  #place(stamps: Uint8Array, image: Uint8Array): void {
    const { size, rows } = this.#plan;
    const { columns, lines } = this.#grid;
    const from = new DataView(stamps.buffer, stamps.byteOffset);
    const to = new DataView(image.buffer, image.byteOffset, image.byteLength);
    for (let at = 0; at < image.byteLength; at += 4) to.setFloat32(at, Number.NaN);
    rows.forEach((_, n) => {
      const start = n * (RECORD + 4 * size * size);
      const sky = from.getFloat32(start + SKY);
      const noise = from.getFloat32(start + NOISE) || 1;
      const x = (n % columns) * size;
      const y = (lines - 1 - Math.floor(n / columns)) * size;
      for (let j = 0, pixel = start + RECORD; j < size; j++) {
        for (let i = 0; i < size; i++, pixel += 4)
          to.setFloat32(4 * ((y + j) * columns * size + x + i), (from.getFloat32(pixel) - sky) / noise);
      }
    });
  }

  /** Tiles apart from each other, enlarged, with their labels. */
  #compose({ width: across, rgba }: Pixels): Pixels {
    const { size, rows } = this.#plan;
    const { columns, zoom, tileWidth, tileHeight, width, height } = this.#grid;
    const out = new Uint8Array(4 * width * height);
    for (let at = 0; at < out.length; at += 4) out.set([PAPER, PAPER, PAPER, 255], at);
    const paint = (x: number, y: number, grey: number) =>
      out.fill(grey, 4 * (y * width + x), 4 * (y * width + x) + 3);
    rows.forEach((_, n) => {
      const [column, line] = [n % columns, Math.floor(n / columns)];
      const [left, top] = [GAP + column * tileWidth, GAP + line * tileHeight];
      for (let y = 0; y < size * zoom; y++) {
        const source = (line * size + Math.floor(y / zoom)) * across + column * size;
        for (let x = 0; x < size * zoom; x++) {
          const from = 4 * (source + Math.floor(x / zoom));
          paint(left + x, top + y, rgba[from + 3] === 0 ? 0 : (rgba[from] ?? 0));
        }
      }
      draw(this.#labels[n] ?? '', (x, y) => paint(left + x, top + size * zoom + 1 + y, INK));
    });
    return { width, height, rgba: out };
  }
}

function imageHeader(width: number, height: number): Uint8Array {
  return header([
    logical('SIMPLE', true),
    integer('BITPIX', -32),
    integer('NAXIS', 2),
    integer('NAXIS1', width),
    integer('NAXIS2', height),
  ]);
}

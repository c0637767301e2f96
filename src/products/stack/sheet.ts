/** Pictures of all stamps of a stack, labelled by date and band: side by side as a contact sheet, one after another as a film. */
import { VignetError } from '../../base/errors.ts';
import { encodeFilm, encodePicture, type Pixels } from '../answers/picture.ts';
import { type Buffered, BufferedAnswer, type PooledDeps } from '../answers/pooled-answer.ts';
import { checkSize, type Limits } from '../limits.ts';
import { CHARACTER, draw, LINE } from './font.ts';
import type { StackPlan } from './plan.ts';
import { type Level, labelOf, StampMosaic } from './stamps.ts';

/** Pixels between the tiles of a sheet. */
const GAP = 2;
/** Colours of labels and of what lies between the tiles: grey. */
const INK = 220;
const PAPER = 24;
/** How long a frame of a film is shown, milliseconds. */
const FRAME_MS = 250;

export interface Grid {
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

/**
 * Tiles in so many columns, by default as square as can be; small stamps are enlarged until a label fits beneath.
 */
export function gridOf(count: number, size: number, longestLabel: number, gap = GAP, across?: number): Grid {
  const zoom = Math.max(1, Math.ceil((longestLabel * CHARACTER) / size));
  const tileWidth = size * zoom + gap;
  const tileHeight = size * zoom + LINE + gap;
  const columns = across ?? Math.max(1, Math.ceil(Math.sqrt((count * tileHeight) / tileWidth)));
  const lines = Math.max(1, Math.ceil(count / columns));
  const [width, height] = [columns * tileWidth + gap, lines * tileHeight + gap];
  return { columns, lines, gap, zoom, tileWidth, tileHeight, width, height };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Each stamp in units of its own noise above its own sky: nights and bands differ too much for one level. */
const ownLevels = (levels: readonly Level[]) => (n: number) => ({
  sky: levels[n]?.sky ?? 0,
  noise: levels[n]?.noise || 1,
});

/** Each above its own sky, all in units of one noise: what is as bright looks as bright. */
function commonNoise(levels: readonly Level[]): (n: number) => Level {
  const noise = median(levels.flatMap((one) => (one.noise > 0 ? [one.noise] : []))) ?? 1;
  return (n) => ({ sky: levels[n]?.sky ?? 0, noise });
}

export class SheetAnswer extends BufferedAnswer<PooledDeps> {
  readonly #plan: StackPlan;
  readonly #labels: readonly string[];
  readonly #film: boolean;
  readonly #grid: Grid;

  /** Throws usage TOO_LARGE, TOO_MANY. */
  constructor(deps: PooledDeps, plan: StackPlan, limits: Limits) {
    super(deps);
    this.#plan = plan;
    this.#labels = plan.rows.map(labelOf);
    this.#film = plan.request.format === 'webp';
    if (this.#film && plan.rows.length > limits.maxFrames)
      throw new VignetError(
        'usage',
        'TOO_MANY',
        `the film strip would have ${plan.rows.length} frames, the limit maxFrames is ${limits.maxFrames}; narrow it by BAND or TIME, or give MAXREC`,
      );
    const longest = Math.max(1, ...this.#labels.map((label) => label.length));
    // A film is a column of frames.
    this.#grid = gridOf(plan.rows.length, plan.size, longest, ...(this.#film ? ([0, 1] as const) : []));
    const { width, height } = this.#grid;
    checkSize(
      4 * width * height,
      limits.maxWholeBytes,
      'maxWholeBytes of pictures',
      'ask for fewer rows (MAXREC) or smaller stamps',
    );
  }

  protected makeBuffered(): Promise<Buffered> {
    const { width, height, tileHeight } = this.#grid;
    const mosaic = new StampMosaic(this.#plan);
    return this.inMemory(mosaic.bytes, 3 * 4 * width * height, async (request, lease) => {
      const drawn = await mosaic.draw(request, lease.bytes, this.#film ? commonNoise : ownLevels);
      if (request.signal.aborted) throw request.signal.reason;
      const pixels = this.#compose(drawn, mosaic.columns);
      const bytes = this.#film
        ? await encodeFilm(pixels, tileHeight, FRAME_MS)
        : await encodePicture(pixels, 'png');
      lease.release();
      return bytes;
    });
  }

  /** Tiles apart from each other, enlarged, with their labels. */
  #compose({ width: across, rgba }: Pixels, drawnColumns: number): Pixels {
    const { size, rows } = this.#plan;
    const { columns, gap, zoom, tileWidth, tileHeight, width, height } = this.#grid;
    const out = new Uint8Array(4 * width * height);
    for (let at = 0; at < out.length; at += 4) out.set([PAPER, PAPER, PAPER, 255], at);
    const paint = (x: number, y: number, grey: number) =>
      out.fill(grey, 4 * (y * width + x), 4 * (y * width + x) + 3);
    rows.forEach((_, n) => {
      const [column, line] = [n % columns, Math.floor(n / columns)];
      const [left, top] = [gap + column * tileWidth, gap + line * tileHeight];
      const corner = Math.floor(n / drawnColumns) * size * across + (n % drawnColumns) * size;
      for (let y = 0; y < size * zoom; y++) {
        const source = corner + Math.floor(y / zoom) * across;
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

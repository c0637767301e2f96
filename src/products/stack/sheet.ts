/** Pictures of all stamps of a stack, labelled by date and band: side by side as a contact sheet, one after another as a film. */
import { addTo } from '../../base/add-to.ts';
import { count } from '../../base/count.ts';
import { VignetError } from '../../base/errors.ts';
import { sheetTask, type TileGrid, tileSize } from '../../engine/tasks/sheet.ts';
import type { InputsOfAnswer } from '../answers/lost-inputs.ts';
import type { Outcome } from '../answers/outcome-columns.ts';
import { encodeFilm, encodePicture } from '../answers/picture.ts';
import { type Buffered, BufferedAnswer, type PooledDeps } from '../answers/pooled-answer.ts';
import { checkSize, type Limits } from '../limits.ts';
import { lostInputs } from './fits.ts';
import type { StackPlan } from './plan.ts';
import { type Level, labelOf, StampMosaic } from './stamps.ts';

/** Pixels between the tiles of a sheet. */
const GAP = 2;
/** How long a frame of a film is shown, milliseconds. */
const FRAME_MS = 250;

/**
 * Tiles in so many columns, by default as square as can be; small stamps are enlarged until a label fits beneath.
 */
export function gridOf(
  count: number,
  size: number,
  longestLabel: number,
  gap = GAP,
  across?: number,
): TileGrid {
  const { zoom, tileWidth, tileHeight } = tileSize(size, longestLabel, gap);
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

/** Each above its own sky, all of a band in units of one noise: what is as bright looks as bright. */
const noiseOfBand = (bands: readonly (string | null)[]) => (levels: readonly Level[]) => {
  const noises = new Map<string | null, number[]>();
  bands.forEach((band, n) => {
    const noise = levels[n]?.noise ?? 0;
    if (noise > 0) addTo(noises, band, noise);
  });
  const medians = new Map([...noises].map(([band, all]) => [band, median(all) ?? 1]));
  return (n: number): Level => ({ sky: levels[n]?.sky ?? 0, noise: medians.get(bands[n] ?? null) ?? 1 });
};

export class SheetAnswer extends BufferedAnswer<PooledDeps> {
  readonly #plan: StackPlan;
  readonly #labels: readonly string[];
  readonly #film: boolean;
  readonly #grid: TileGrid;
  #failed: ReadonlyMap<number, Outcome> = new Map();

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
        `the film strip would have ${count(plan.rows.length, 'frame')}, the limit maxFrames is ${limits.maxFrames}; narrow it by BAND or TIME, or give MAXREC`,
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

  inputsLost(): InputsOfAnswer {
    return lostInputs(this.#plan, this.#failed);
  }

  protected makeBuffered(): Promise<Buffered> {
    const { width, height, tileHeight } = this.#grid;
    const mosaic = new StampMosaic(this.#plan);
    return this.inMemory(mosaic.bytes, 3 * 4 * width * height, async (request, lease) => {
      const bands = this.#plan.rows.map(({ dataset }) => dataset.observation.band);
      const levels = this.#film ? noiseOfBand(bands) : ownLevels;
      const { failed, ...drawing } = await mosaic.fill(request, lease.bytes, levels);
      this.#failed = failed;
      const pixels = await request.run(sheetTask, { ...drawing, labels: this.#labels, grid: this.#grid });
      if (request.signal.aborted) throw request.signal.reason;
      const bytes = this.#film
        ? await encodeFilm(pixels, tileHeight, FRAME_MS)
        : await encodePicture(pixels, 'png');
      lease.release();
      return bytes;
    });
  }
}

// Tasks of our own code, and calls that had no control word, stop where they are told to. What the core's calls do between two polls is in
// native/test/39.polls.cc.
import { describe, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import { type SheetDrawing, sheetTask, tileSize } from '../../src/engine/tasks/sheet.ts';

const SIZE = 8;
const COUNT = 4;

function drawing(): SheetDrawing {
  const header = 'SIMPLE  =                    T'.padEnd(80);
  const card = (name: string, value: number) => `${name.padEnd(8)}= ${String(value).padStart(20)}`.padEnd(80);
  const head = [
    ...[header, card('BITPIX', -32), card('NAXIS', 2)],
    ...[card('NAXIS1', 2 * SIZE), card('NAXIS2', 2 * SIZE), 'END'],
  ].join('');
  const fits = new Uint8Array(new SharedArrayBuffer(2880 + 2880));
  fits.set(Buffer.from(head.padEnd(2880), 'latin1'));
  const bytes = new Uint8Array(new SharedArrayBuffer(COUNT * SIZE * SIZE * 4));
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < COUNT * SIZE * SIZE; n++) view.setFloat32(4 * n, n % 7);
  const tiles = tileSize(SIZE, 1, 1);
  const [width, height] = [2 * tiles.tileWidth + 1, 2 * tiles.tileHeight + 1];
  return {
    stamps: {
      bytes,
      size: SIZE,
      stride: 4 * SIZE * SIZE,
      skip: 0,
      levels: new Float64Array(2 * COUNT).fill(1),
    },
    labels: ['a', 'b', 'c', 'd'],
    ...{ fits, headerBytes: 2880, columns: 2, lines: 2 },
    grid: { ...tiles, columns: 2, lines: 2, gap: 1, width, height },
  };
}

/** A control word, and a deadline in milliseconds from now. */
const turn = (word: number, deadlineMs = 60_000) => ({
  cursor: 0,
  control: new Int32Array(new SharedArrayBuffer(4)).fill(word),
  deadlineMs,
});

const calls: Readonly<Record<string, (word: number, deadlineMs?: number) => unknown>> = {
  sheet: (...how) => sheetTask.run(drawing(), turn(...how)),
  locate: (word, ms = 60_000) =>
    native.locateStamps([new Uint8Array(8)], new Float64Array(2), 9, turn(word).control, ms),
  'mosaic-match': (word, ms = 60_000) => {
    const sky = { x0: 0, y0: 0, width: 1, height: 1, medians: new Uint8Array(4) };
    return native.matchSkies([sky, sky], turn(word).control, ms);
  },
};

describe.each(Object.entries(calls))('%s', (_, call) => {
  it('stops when it is cancelled', () => {
    expect(() => call(2)).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
  });

  it('stops when its time is over', () => {
    expect(() => call(0, 0)).toThrow(expect.objectContaining({ code: 'DEADLINE' }));
  });
});

it('a sheet that nobody stops is drawn', () => {
  const { width, height, rgba } = sheetTask.run(drawing(), turn(0));
  expect(rgba.length).toBe(4 * width * height);
});

/** The headers of a dataset's files, as JSON or as text. */
import { setImmediate } from 'node:timers/promises';
import type { LayoutInfo } from '../../addon/layout.ts';
import type { ReadableDataset } from '../../archive/dataset-search.ts';
import { rawCardsTask } from '../../engine/tasks/raw-cards.ts';
import { cardJson, cardLines, readCards } from '../../fits/read-cards.ts';
import { type Buffered, BufferedAnswer, type PooledDeps } from '../answers/pooled-answer.ts';

/** Bytes of headers that are read for one answer: 100,000 cards. */
export const MOST_HEADERS = 8_000_000;
/** As JSON a card is a few times as long. */
const ANSWER_PER_BYTE = 4;
/** Cards that are read before others have their turn on this thread. */
const TURN = 2_000;

export type HeaderFormat = 'json' | 'text';

export interface HeaderDeps extends PooledDeps {
  readonly dataset: ReadableDataset;
  readonly info: LayoutInfo;
  readonly format: HeaderFormat;
}

/** Where an HDU stands: its file, and its number there. */
function places({ hdus, files }: LayoutInfo) {
  let [file, number] = [-1, 0];
  return hdus.map(({ name, offset }) => {
    if (offset === 0 && file + 1 < files.length) [file, number] = [file + 1, 0];
    return { file, hdu: number++, name };
  });
}

async function* jsonOf(info: LayoutInfo, headers: readonly Uint8Array[]) {
  const at = places(info);
  let read = 0;
  for (const [n, bytes] of headers.entries()) {
    const head = JSON.stringify(at[n]).slice(0, -1);
    yield `${n === 0 ? '[' : ',\n'}${head},"cards":[`;
    let separator = '\n';
    for (const card of readCards(cardLines(bytes))) {
      yield separator + cardJson(card);
      separator = ',\n';
      read += 1;
      if (read % TURN === 0) await setImmediate();
    }
    yield ']}';
  }
  yield ']\n';
}

async function* textOf(headers: readonly Uint8Array[]) {
  for (const [n, bytes] of headers.entries()) {
    yield `${n === 0 ? '' : '\n'}${[...cardLines(bytes), 'END'].join('\n')}\n`;
    await setImmediate();
  }
}

/** JSON: one object for each HDU, with its cards. Text: one line for each card, an empty line between HDUs. */
export class HeaderAnswer extends BufferedAnswer<HeaderDeps> {
  protected makeBuffered(): Promise<Buffered> {
    const { dataset, info, format } = this.deps;
    const { layout, sources } = dataset;
    const reserved = ANSWER_PER_BYTE * MOST_HEADERS;
    return this.inMemory(65_536, reserved, async (request, lease) => {
      const headers = await request.run(rawCardsTask, { layout, sources, most: MOST_HEADERS });
      const parts: string[] = [];
      for await (const part of format === 'json' ? jsonOf(info, headers) : textOf(headers)) {
        request.signal.throwIfAborted();
        parts.push(part);
      }
      const bytes = Buffer.from(parts.join(''));
      lease.release();
      return bytes;
    });
  }
}

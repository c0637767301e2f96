/** The whole image of a dataset as a small picture. */
import type { ReadableDataset } from '../../archive/dataset-search.ts';
import { defined } from '../../base/defined.ts';
import { previewMemory, previewTask } from '../../engine/tasks/preview.ts';
import { encodePicture } from '../answers/picture.ts';
import { type Buffered, BufferedAnswer, type PooledDeps } from '../answers/pooled-answer.ts';

/** Longest side in pixels. */
export const PREVIEW_SIDE = 1024;

export interface PreviewDeps extends PooledDeps {
  readonly dataset: ReadableDataset;
}

export class PreviewAnswer extends BufferedAnswer<PreviewDeps> {
  protected makeBuffered(): Promise<Buffered> {
    const { layout, sources, seek } = this.deps.dataset;
    return this.inMemory(65_536, previewMemory(PREVIEW_SIDE), async (request, lease) => {
      const task = { layout, sources, ...defined({ seek }), maxSide: PREVIEW_SIDE };
      const pixels = await request.run(previewTask, task);
      if (request.signal.aborted) throw request.signal.reason;
      const bytes = await encodePicture(pixels, 'png');
      lease.release();
      return bytes;
    });
  }
}

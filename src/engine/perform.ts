/** One order, one synchronous call of the addon, one outcome; wherever it runs. */

import { native } from '../addon/addon.ts';
import { plainError } from '../base/to-vignet-error.ts';
import { CONTROL_STRIDE, type Task, type WorkerOrder, type WorkerOutcome } from './tasks.ts';

function resultOf(order: WorkerOrder, control: Int32Array): unknown {
  const { work } = order;
  switch (work.kind) {
    case 'ready':
      return undefined;
    case 'plan': {
      const box = work.stencil ? native.boxOf(work.layout, work.stencil) : work.request.box;
      if (work.stencil && !box) return undefined;
      const plan = native.planCutout(work.layout, box ? { ...work.request, box } : work.request);
      return box ? { box, plan } : { plan };
    }
    case 'fill':
      return native.fillCutout(work.task, work.out, order.cursor, control, order.deadlineMs);
    case 'locate':
      return native.locateStamps(work.layouts, work.positions, work.size);
    case 'stack':
      return native.fillStack(work.task, work.out, order.cursor, control, order.deadlineMs);
    case 'mosaic-plan':
      return native.planMosaic(work.task);
    case 'mosaic':
      return native.fillMosaic(work.task, work.out, order.cursor, control, order.deadlineMs);
    case 'mosaic-sky':
      return native.measureSky(work.task, control, order.deadlineMs);
    case 'mosaic-match':
      return native.matchSkies(work.skies);
    case 'mosaic-save':
      return native.saveMosaic(work.task, order.cursor, control, order.deadlineMs);
    case 'compress':
      return native.compressFits(work.fits, work.options, control, order.deadlineMs);
    case 'render':
      return native.render(work.fits, work.options, control, order.deadlineMs);
    case 'colour':
      return native.renderColour(work.channels, work.options, control, order.deadlineMs);
    case 'layout': {
      const { layout } = native.readLayout(work.sources);
      if (!layout) throw new TypeError('the pool reads layouts of files only, not of extents');
      const sources = work.sources.map(({ source }) => source);
      return {
        layout,
        info: native.describeLayout(layout),
        exposure: native.describeExposure(layout, sources),
      };
    }
    case 'seek':
      return native.buildSeek(work.layout, work.sources, control, order.deadlineMs);
    default:
      throw new TypeError(`no task is called '${(work as Task).kind}'`);
  }
}

/** Errors are values. `words`: the control words of all slots. */
export function perform(order: WorkerOrder, words: SharedArrayBuffer): WorkerOutcome {
  const start = performance.now();
  try {
    const result = resultOf(order, new Int32Array(words, order.slot * CONTROL_STRIDE, 1));
    return { result, ms: performance.now() - start };
  } catch (error) {
    return { error: plainError(error), ms: performance.now() - start };
  }
}

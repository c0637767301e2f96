/** The worker's side of the pool: one order, one synchronous call of the addon, one outcome. */
import { workerData } from 'node:worker_threads';
import { plainError } from '../base/thrown.ts';
import { native } from './native.ts';
import {
  CONTROL_STRIDE,
  type Task,
  type WorkerOrder,
  type WorkerOutcome,
  type WorkerSetup,
} from './tasks.ts';

const setup = workerData as WorkerSetup;

function perform(order: WorkerOrder, control: Int32Array): unknown {
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

/** Buffers that the addon made for this outcome alone: moved to the main thread, not copied. */
function ownBuffers(work: Task, result: unknown): ArrayBufferLike[] {
  if (work.kind === 'compress') return [(result as Uint8Array).buffer];
  if (work.kind === 'render' || work.kind === 'colour') return [(result as { rgba: Uint8Array }).rgba.buffer];
  if (work.kind === 'seek' && result) return [(result as Uint8Array).buffer];
  return [];
}

/** Moves buffers with an outcome. A thread loads Piscina for this alone, so that it starts sooner. */
async function moving(outcome: WorkerOutcome, buffers: readonly ArrayBufferLike[]): Promise<WorkerOutcome> {
  const { move, transferableSymbol, valueSymbol } = await import('piscina');
  return move({ [transferableSymbol]: buffers, [valueSymbol]: outcome } as never) as unknown as WorkerOutcome;
}

export default function run(order: WorkerOrder): WorkerOutcome | Promise<WorkerOutcome> {
  const start = performance.now();
  try {
    const control = new Int32Array(setup.control, order.slot * CONTROL_STRIDE, 1);
    const result = perform(order, control);
    const outcome: WorkerOutcome = { result, ms: performance.now() - start };
    const buffers = ownBuffers(order.work, result);
    return buffers.length === 0 ? outcome : moving(outcome, buffers);
  } catch (error) {
    return { error: plainError(error), ms: performance.now() - start };
  }
}

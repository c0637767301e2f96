/** What products are made with. */
import type { ArchiveView } from '../archive/view.ts';
import type { Engine } from '../engine/engine.ts';
import type { Limits } from './limits.ts';
import type { WindowCache } from './mosaic/window-cache.ts';

export interface ProductDeps {
  readonly engine: Engine;
  /** Name and version of this program, written into answers and part of their ETag. */
  readonly software: string;
  readonly limits?: Partial<Limits> | undefined;
  /** As in `PooledDeps`. */
  readonly drainMs?: number | undefined;
}

/** For products that find their datasets themselves. */
export interface ArchiveDeps extends ProductDeps {
  /** The archive as who asks sees it. */
  readonly view: ArchiveView;
}

export interface MosaicDeps extends ArchiveDeps {
  readonly windows: WindowCache;
}

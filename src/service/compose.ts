/** Joins archive, engine and products behind what the service needs. */
import { availableParallelism } from 'node:os';
import type { Policy } from '../access/policy.ts';
import { ANONYMOUS } from '../access/principal.ts';
import { softwareVersion } from '../base/software.ts';
import { encoder } from '../products/answers/picture.ts';
import { Vignet } from '../products/vignet.ts';
import { contentsOf } from './archive-contents.ts';
import type { Config } from './config.ts';
import type { Ports } from './ports.ts';

/** What a running service holds; close it last. */
export interface Composition {
  readonly ports: Ports;
  readonly vignet: Vignet;
}

/** The largest piece of an answer that is written at once. */
const pieceKilobytes = 8192;

/** Opens the archive and starts the engine's threads. */
export async function compose(config: Config, policy: Policy): Promise<Composition> {
  const vignet = await Vignet.open(config.VIGNET_ARCHIVE, {
    archive: { policy },
    engine: {
      // Bulk requests keep all cores busy without the two that are kept for others.
      threads: config.VIGNET_THREADS > 0 ? config.VIGNET_THREADS : availableParallelism() + 2,
      quickThreads: 1,
      interactiveThreads: 1,
      // What is made is sent, and whoever asks for little is heard, before more is made.
      nice: 5,
      budgetBytes: config.VIGNET_MEMORY_MB * 1048576,
    },
    limits: {
      maxBytes: config.VIGNET_MAX_ANSWER_MB * 1048576,
      maxMosaicBytes: config.VIGNET_MAX_MOSAIC_MB * 1048576,
      maxWorkSeconds: config.VIGNET_MAX_WORK_S,
    },
    drainMs: (pieceKilobytes / config.VIGNET_MIN_RATE_KB) * 1000,
  });
  // Loading them takes a tenth of a second, during which nobody else would be answered.
  await Promise.all([encoder(), import('../products/stack/index.ts'), vignet.archive.as(ANONYMOUS).count()]);
  return {
    vignet,
    ports: {
      version: softwareVersion,
      vignet,
      authority: () => vignet.archive.authority(),
      contents: contentsOf(vignet.archive),
      dependsOnPrincipal: (principal) => principal !== ANONYMOUS || vignet.archive.as(principal).key !== '',
      engine: vignet.engine,
      check: () => vignet.archive.check(),
    },
  };
}

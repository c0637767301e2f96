/** Joins archive, engine and products behind what the service needs. */
import { createRequire } from 'node:module';
import { type Archive, type HeldDataset, openArchive } from '../archive/index.ts';
import { Engine } from '../engine/engine.ts';
import { planCutout } from '../products/cutout.ts';
import { passesFilters } from '../vo/soda.ts';
import type { Config } from './config.ts';
import { holdingsOf } from './holdings.ts';
import type { EngineSnapshot, MakeCutout, Ports } from './ports.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** This program, as it is named in answers. */
export const softwareName = `Vignet ${version}`;

/** Everything a running service holds; close it last. */
export interface Composition {
  readonly ports: Ports;
  readonly engine: Engine;
  readonly archive: Archive;
  close(): Promise<void>;
}

/** Nested numbers as one flat list: `queued.interactive` becomes `queued_interactive`. */
export function flatten(value: object, before = ''): EngineSnapshot {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, number][] => {
      const name = before + key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (typeof inner === 'number') return [[name, inner]];
      return inner && typeof inner === 'object' ? Object.entries(flatten(inner, `${name}_`)) : [];
    }),
  );
}

function filterBounds({ bounds: { em, time, pol } }: HeldDataset) {
  return {
    ...(em && { emMin: em[0], emMax: em[1] }),
    ...(time && { tMin: time[0], tMax: time[1] }),
    ...(pol && { polStates: pol }),
  };
}

/** The largest piece of an answer that is written at once. */
const pieceKilobytes = 8192;

function cutoutMaker(config: Config, archive: Archive, engine: Engine): MakeCutout {
  const limits = { maxBytes: config.VIGNET_MAX_ANSWER_MB * 1048576 };
  const drainMs = (pieceKilobytes / config.VIGNET_MIN_RATE_KB) * 1000;
  return async (asked, { principal, signal }) => {
    const dataset = await archive.resolve(asked.id.text, principal);
    if (!passesFilters(asked, filterBounds(dataset))) return undefined;
    const { stencil, detail, format, compress, quantize } = asked;
    const deps = { engine, dataset, software: softwareName, limits, drainMs };
    return planCutout(deps, { stencil, detail, format, compress, quantize }, { signal });
  };
}

/** Opens the archive and starts the engine's threads. */
export async function compose(config: Config): Promise<Composition> {
  const archive = await openArchive(config.VIGNET_ARCHIVE);
  const engine = new Engine({
    ...(config.VIGNET_THREADS > 0 && { threads: config.VIGNET_THREADS }),
    budgetBytes: config.VIGNET_MEMORY_MB * 1048576,
  });
  return {
    engine,
    archive,
    ports: {
      version,
      makeCutout: cutoutMaker(config, archive, engine),
      holdings: holdingsOf(archive),
      engineSnapshot: () => flatten(engine.metrics()),
      check: async () => {
        await archive.count();
      },
    },
    close: async () => {
      await engine.close();
      await archive.close();
    },
  };
}

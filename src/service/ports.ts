/** What the service needs of the rest of Vignet. Tests give their own. */
import type { Principal } from '../access/principal.ts';
import type { Answer } from '../products/answers/answer.ts';
import type { MosaicRequest } from '../vo/mosaic/request.ts';
import type { SodaRequest } from '../vo/soda/request.ts';
import type { StackRequest } from '../vo/stack/request.ts';

export interface RequestContext {
  readonly principal: Principal;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

/** Undefined: nothing of the dataset is inside what was asked for. */
export type MakeCutout = (request: SodaRequest, context: RequestContext) => Promise<Answer | undefined>;

/** Undefined: no dataset has anything in the region. */
export type MakeMosaic = (
  request: MosaicRequest,
  context: RequestContext,
) => Promise<(Answer & { readonly summary: object }) | undefined>;

/** `cutouts`: address of the cutouts that rows link to. */
export type MakeStack = (
  request: StackRequest,
  context: RequestContext & { readonly cutouts: string },
) => Promise<Answer & { readonly inputs: number }>;

/** A small request that has an answer, for pages and examples. */
export interface Sample {
  /** Publisher ID, not encoded. */
  readonly id: string;
  readonly label: string;
  readonly collection?: string;
  readonly band?: string;
  /** ICRS degrees, inside the image. */
  readonly lon: number;
  readonly lat: number;
  readonly radius: number;
}

/** What the archive holds, in a few numbers. */
export interface ArchiveContents {
  readonly datasets: number;
  readonly collections: readonly {
    readonly name: string;
    readonly type: string;
    readonly datasets: number;
  }[];
  readonly samples: readonly Sample[];
}

/** Numbers of the pool for /metrics; names become `vignet_engine_<name>`. */
export type EngineSnapshot = Readonly<Record<string, number>>;

export interface Ports {
  readonly version: string;
  /** Of the archive's IVOIDs. */
  readonly authority: () => Promise<string>;
  readonly makeCutout: MakeCutout;
  readonly makeStack: MakeStack;
  readonly makeMosaic: MakeMosaic;
  readonly contents: () => Promise<ArchiveContents>;
  readonly engineSnapshot: () => EngineSnapshot;
  /** Throws when the service cannot work. */
  readonly check: () => Promise<void>;
}

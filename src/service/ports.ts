/** What the service needs of the rest of Vignet. Tests give their own. */
import type { Principal } from '../access/principal.ts';
import type { Vignet } from '../products/vignet.ts';

/** What services ask for pixels. */
export type Products = Omit<Vignet, 'archive' | 'engine' | 'close'>;

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

/** What the archive holds for somebody, in a few numbers. */
export interface ArchiveContents {
  readonly datasets: number;
  readonly collections: readonly {
    readonly name: string;
    readonly type: string;
    readonly datasets: number;
  }[];
  readonly samples: readonly Sample[];
}

/** What is counted of the engine. */
export type MeasuredEngine = Pick<Vignet['engine'], 'metrics' | 'observe'>;

export interface Ports {
  readonly version: string;
  /** Of the archive's IVOIDs. */
  readonly authority: () => Promise<string>;
  readonly vignet: Products;
  /** What a principal sees of the archive. */
  readonly contents: (principal: Principal) => Promise<ArchiveContents>;
  /** Whether somebody else might be answered differently. */
  readonly dependsOnPrincipal: (principal: Principal) => boolean;
  readonly engine: MeasuredEngine;
  /** Throws when the service cannot work. */
  readonly check: () => Promise<void>;
}

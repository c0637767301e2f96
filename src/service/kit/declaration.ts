/** What a service says of itself. */
import type { Answer } from '../../products/answers/answer.ts';
import type { Caller } from '../../products/vignet.ts';
import type { ErrorForm } from '../../vo/dali/errors.ts';
import type { Pairs, Parameter } from '../../vo/dali/parameter.ts';
import type { Products, Sample } from '../ports.ts';

/** A small answer that is there already: it has no ETag and no ranges. */
export interface SmallAnswer {
  readonly contentType: string;
  readonly content: string | Uint8Array;
  /** Absent where it is to be looked at. */
  readonly filename?: string;
}

/** What a request may ask of the rest of Vignet. */
export interface RunContext {
  readonly vignet: Products;
  /** Who asks, and the signal that aborts when the client is gone: handed on to `vignet`. */
  readonly caller: Caller;
  /** Public address of all services, without a slash at the end. */
  readonly base: string;
}

/** A request that works on a sample, for people and programs. */
export interface ServiceExample {
  /** Becomes the example's ID with a number after it: letters. */
  readonly kind: string;
  readonly name: string;
  readonly description: string;
  readonly parameters: Pairs;
  /** Shown on the landing page: as the request to paste (a FITS file), as the picture, or as the map of the sky. */
  readonly landing?: 'request' | 'picture' | 'sky';
}

/** There is nothing of what was asked for, and a sentence about why: the header `vignet-reason` of the 204. */
export interface Nothing {
  readonly nothing: string;
}

/** `Request`: what `parse` makes of the parameters. */
export interface ServiceDeclaration<Request> {
  /** Below /api, and the service's name everywhere: `cutout`. */
  readonly path: string;
  /** Other paths below /api that answer the same. */
  readonly aliases?: readonly string[];
  /** Of its synchronous request, below the path. Default: `/sync`, DALI's name. Empty: the path itself. */
  readonly endpoint?: string;
  /** A few words: the API's list of services, the landing page. */
  readonly title: string;
  /** Of the synchronous request, for the API's description. */
  readonly summary: string;
  readonly description: string;
  /** Standard of the synchronous capability. Default: the authority's own, `ivo://<authority>/std/<path>#sync-1.0`. */
  readonly standardId?: string;
  /** All that it takes. Those declared with `upload` may also be sent as files. */
  readonly parameters: readonly Parameter<unknown>[];
  /** Most of them in one request, repetitions counted. */
  readonly maxParameters: number;
  /** Media types of answers, the default one first. */
  readonly produces: readonly [string, ...string[]];
  /** What an answer of each status is; those of errors are the error form's unless they are said here. */
  readonly responses: Readonly<Record<number, string>>;
  /** How errors leave: `sodaText`, or `votable` for DALI's QUERY_STATUS. */
  readonly errors: ErrorForm;
  /** Parameters to a typed request, or VignetError usage. Nothing else parses. */
  readonly parse: (pairs: Pairs) => Request;
  /** For the log: what was asked, in a few short values. */
  readonly log: (request: Request) => Readonly<Record<string, unknown>>;
  readonly run: (request: Request, context: RunContext) => Promise<Answer | SmallAnswer | Nothing>;
  /** Examples for samples of the archive; none where no sample suits the service. */
  readonly examples: (samples: readonly Sample[]) => readonly ServiceExample[];
}

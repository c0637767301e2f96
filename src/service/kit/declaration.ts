/** What a service says of itself. */
import type { Answer } from '../../products/answers/answer.ts';
import type { Caller } from '../../products/caller.ts';
import type { ErrorForm } from '../../vo/dali/errors.ts';
import type { Pairs, Parameter, UrlParts } from '../../vo/dali/parameter.ts';
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
  /** The header Accept. */
  readonly accept: string | undefined;
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
  /** Below the service's path. Default: that of the first operation. */
  readonly endpoint?: string;
  /** Shown on the landing page: as the request to paste (a FITS file), as the picture, or as the map of the sky. */
  readonly landing?: 'request' | 'picture' | 'sky';
}

/** There is nothing of what was asked for, and a sentence about why: the header `vignet-reason` of the 204. */
export interface Nothing {
  readonly nothing: string;
}

/**
 * What may be asked at one address of a service. `Request`: what `parse` makes of the parameters.
 */
export interface OperationDeclaration<Request> {
  /** Below the service's path; parts that differ stand behind colons: `/:repo/:uuid/header`. */
  readonly url: string;
  /** With GET comes HEAD. */
  readonly methods: readonly ['GET'] | readonly ['GET', 'POST'];
  /** Of the request, for the API's description. */
  readonly summary: string;
  readonly description: string;
  /** The parts of `url` that differ, in their order; their names are those of the URL in upper case. */
  readonly parts?: readonly Parameter<unknown>[];
  /** All that it takes. Those declared with `upload` may also be sent as files. */
  readonly parameters: readonly Parameter<unknown>[];
  /** That which a body of application/json is the value of; default: such bodies are refused. */
  readonly json?: Parameter<unknown>;
  /** Most of them in one request, repetitions counted. */
  readonly maxParameters: number;
  /** Media types of answers, the default one first. */
  readonly produces: readonly [string, ...string[]];
  /** The header of requests that answers differ by. */
  readonly varies?: string;
  /** What an answer of each status is; those of errors are the error form's unless they are said here. */
  readonly responses: Readonly<Record<number, string>>;
  /** Parameters, and the parts of the URL, to a typed request, or VignetError usage. Nothing else parses. */
  readonly parse: (pairs: Pairs, parts: UrlParts) => Request | Promise<Request>;
  /** For the log: what was asked, in a few short values. */
  readonly log: (request: Request) => Readonly<Record<string, unknown>>;
  readonly run: (request: Request, context: RunContext) => Promise<Answer | SmallAnswer | Nothing>;
}

/** What a service says of itself, besides what may be asked of it. */
export interface ServiceAbout {
  /** Below /api, and the service's name everywhere: `cutout`. */
  readonly path: string;
  /** Other paths below /api that answer the same. */
  readonly aliases?: readonly string[];
  /** A few words: the API's list of services, the landing page. */
  readonly title: string;
  /** Standard of the first operation. Default: the authority's own, such as `ivo://<authority>/std/<path>#sync-1.0`. */
  readonly standardId?: string;
  /** How errors leave: `sodaText`, or `votable` for DALI's QUERY_STATUS. */
  readonly errors: ErrorForm;
  /** Examples for samples of the archive; none where no sample suits the service. */
  readonly examples: (samples: readonly Sample[]) => readonly ServiceExample[];
}

/** A service of one synchronous request. */
export interface ServiceDeclaration<Request>
  extends ServiceAbout,
    Omit<OperationDeclaration<Request>, 'url' | 'methods' | 'parts' | 'json' | 'varies'> {
  /** Of its synchronous request, below the path. Default: `/sync`, DALI's name. Empty: the path itself. */
  readonly endpoint?: string;
}

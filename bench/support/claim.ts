/** What a bench file says: one claim, measured here by benny and beside it by a peer, in the same run. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import b from 'benny';
import { native } from '../../src/addon/addon.ts';

export interface BenchContext {
  readonly root: string;
  readonly quick: boolean;
  /** A simulated full-size detector image (4072 x 4000, lossy16), below `folder`. */
  readonly file: { readonly folder: string; readonly path: string };
}

/** One operation or many at once. */
export interface Measured {
  /** Resolves when `batch` operations are done. */
  readonly run: () => Promise<void> | void;
  /** Operations in one run. Default 1. */
  readonly batch?: number;
  readonly close?: () => Promise<void> | void;
}

/** What a peer program prints. */
export interface PeerReport {
  readonly n: number;
  /** Seconds per operation. */
  readonly seconds: number;
  readonly [more: string]: unknown;
}

/** What a program prints that measures both sides in turn. */
export interface Pair {
  readonly ours: PeerReport & { readonly min: number; readonly max: number };
  readonly peer: PeerReport;
  /** What else it found, such as what bounds ours. */
  readonly notes: string;
}

interface Named {
  /** Stable dotted name. */
  readonly name: string;
  readonly peerName: string;
}

/** Measured here, beside a program. */
interface Beside extends Named {
  readonly ours: (context: BenchContext) => Promise<Measured> | Measured;
  /** Operations to do, given what there is time for. */
  readonly peer: (context: BenchContext, quick: boolean) => PeerReport;
}

/** Measured by one program. */
interface Paired extends Named {
  readonly pair: (context: BenchContext, quick: boolean) => Promise<Pair> | Pair;
}

export type Claim = Beside | Paired;

/** A row of the table. `ratio` is how many times better ours is; `min` and `max` are of our `n` samples. */
export interface Row {
  readonly claim: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number;
  readonly peer_name: string;
  readonly ratio: number;
  readonly n: number;
  readonly min: number;
  readonly max: number;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly notes?: string;
}

/** Runs a program of bench/native and gives what it prints. */
export function program(
  context: BenchContext,
  name: string,
  args: readonly (string | number)[],
  input = '',
): string {
  const path = join(context.root, 'build/bench/native', name);
  return execFileSync(path, args.map(String), { input, encoding: 'utf8' });
}

/** The same for one that prints a report. */
export function peerProgram(...args: Parameters<typeof program>): PeerReport {
  return JSON.parse(program(...args)) as PeerReport;
}

function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} x ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;
}

function versions(): Record<string, string> {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return { vignet: version, node: process.version, ...native.versions };
}

function commit(root: string): string {
  try {
    return execFileSync('git', ['-C', root, 'rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function circumstances(context: BenchContext) {
  return { machine: machine(), versions: versions(), commit: commit(context.root) };
}

async function measurePair(claim: Paired, context: BenchContext): Promise<Row> {
  const { ours, peer, notes } = await claim.pair(context, context.quick);
  return {
    claim: claim.name,
    unit: 's/op',
    ours: ours.seconds,
    peer: peer.seconds,
    peer_name: claim.peerName,
    ratio: peer.seconds / ours.seconds,
    n: ours.n,
    min: ours.min,
    max: ours.max,
    ...circumstances(context),
    notes,
  };
}

/** Measures a claim: the peer before and after ours, so that a machine that slows down slows both. */
export async function measure(claim: Claim, context: BenchContext): Promise<Row> {
  if ('pair' in claim) return measurePair(claim, context);
  const { run, batch = 1, close } = await claim.ours(context);
  await run();
  const before = claim.peer(context, context.quick);
  const options = context.quick ? { minSamples: 5, maxTime: 1 } : { minSamples: 20, maxTime: 8 };
  const summary = await b.suite(
    claim.name,
    b.add('vignet', async () => {
      await run();
    }),
    b.configure({ cases: { ...options, delay: 0 } }),
  );
  await close?.();
  const after = claim.peer(context, context.quick);
  const details = summary.results[0]?.details;
  if (!details) throw new Error(`${claim.name}: no result`);
  const peer = (before.seconds + after.seconds) / 2;
  const ours = details.mean / batch;
  return {
    claim: claim.name,
    unit: 's/op',
    ours,
    peer,
    peer_name: claim.peerName,
    ratio: peer / ours,
    n: details.sampleResults.length * batch,
    min: details.min / batch,
    max: details.max / batch,
    ...circumstances(context),
  };
}

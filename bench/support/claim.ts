/** What a bench file says: one claim, measured here by benny and beside it by a peer, in the same run. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import b from 'benny';
import { native } from '../../src/engine/native.ts';

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

export interface Claim {
  /** Stable dotted name. */
  readonly name: string;
  readonly peerName: string;
  readonly ours: (context: BenchContext) => Promise<Measured> | Measured;
  /** Operations to do, given what there is time for. */
  readonly peer: (context: BenchContext, quick: boolean) => PeerReport;
}

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
}

/** Runs a program of bench/native and reads its report. */
export function peerProgram(
  context: BenchContext,
  name: string,
  args: readonly (string | number)[],
  input = '',
): PeerReport {
  const program = join(context.root, '.vignet/bench-native/bench/native', name);
  return JSON.parse(execFileSync(program, args.map(String), { input, encoding: 'utf8' })) as PeerReport;
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

/** Measures a claim: the peer before and after ours, so that a machine that slows down slows both. */
export async function measure(claim: Claim, context: BenchContext): Promise<Row> {
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
    machine: machine(),
    versions: versions(),
    commit: commit(context.root),
  };
}

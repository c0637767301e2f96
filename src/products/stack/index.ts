/** Light-curve stacks: the stamps of every observation that covers a position, in time order. */
import { setImmediate } from 'node:timers/promises';
import type { ArchiveView } from '../../archive/view.ts';
import { inTurns, type Steps } from '../../base/steps.ts';
import type { RequestOptions } from '../../engine/engine.ts';
import { printNumbers } from '../../vo/dali/numbers.ts';
import { stackMediaTypes } from '../../vo/stack/parameters.ts';
import type { StackRequest } from '../../vo/stack/request.ts';
import type { Answer } from '../answers/answer.ts';
import { etagOf } from '../answers/etag.ts';
import { FitsAnswer } from '../answers/image-answers.ts';
import { positionName } from '../answers/names.ts';
import type { PooledDeps } from '../answers/pooled-answer.ts';
import { ofPlanned } from '../answers/request-class.ts';
import type { ArchiveDeps } from '../deps.ts';
import { checkSize, defaultLimits, type Limits } from '../limits.ts';
import { untimedSentence } from '../select/choose-datasets.ts';
import { whyNothing } from '../select/why-nothing.ts';
import type { RowContext } from './columns.ts';
import { cubeForm } from './cube-form.ts';
import { StackFits } from './fits.ts';
import { mefForm } from './mef-form.ts';
import { planRows, type StackPlan } from './plan.ts';
import { pixelScale, type StackRow } from './row.ts';
import { SheetAnswer } from './sheet.ts';
import { tableForm } from './table-form.ts';
import { tpfForm } from './tpf-form.ts';
import { VotableAnswer } from './votable-form.ts';

/**
 * How a stack is made, and what its rows link to.
 * @example
 * ```ts
 * import type { StackOptions } from 'vignet';
 *
 * // Each row then has a link to the cutout that it is.
 * const options: StackOptions = { cutouts: 'https://data.example.org/api/cutout/sync', class: 'bulk' };
 * ```
 */
export interface StackOptions extends RequestOptions {
  /** Address of a service's cutouts, `https://host/api/cutout/sync`: rows then link to theirs. */
  readonly cutouts?: string;
}

/**
 * A planned stack.
 * @example
 * ```ts
 * import type { Stack } from 'vignet';
 *
 * const describe = ({ observations, stampSize, size }: Stack) =>
 *   `${observations} stamps of ${stampSize} × ${stampSize} in ${size} bytes`;
 * ```
 */
export interface Stack extends Answer {
  /** Side of the stamps, pixels. */
  readonly stampSize: number;
  readonly observations: number;
  /** Observations, and datasets of which not even a row could be made. */
  readonly inputs: number;
  /** Whether MAXREC left rows out. */
  readonly overflow: boolean;
  /** A sentence about images that were left out because their time is not known, and of an empty stack about what is there. */
  readonly note?: string;
}

/** The same piece of sky from the same dataset: a circle inside the stamp's square. */
function linkOf(cutouts: string, size: number, { dataset, ra, dec, place }: StackRow): string {
  const radius = Number(((size / 2) * (pixelScale(place) / 3600)).toPrecision(6));
  const query = { ID: dataset.id, CIRCLE: printNumbers([ra, dec, radius]) };
  return `${cutouts}?${new URLSearchParams(query).toString().replaceAll('+', '%20')}`;
}

/** Links of the rows. */
function* linkSteps(cutouts: string, { rows, size }: StackPlan): Steps<ReadonlyMap<StackRow, string>> {
  const links = new Map<StackRow, string>();
  for (const row of rows) {
    const link = linkOf(cutouts, size, row);
    links.set(row, link);
    yield link.length;
  }
  return links;
}

function etag(
  { rows, dropped, request, size, collections, types, untimed, others }: StackPlan,
  software: string,
  cutouts: string | undefined,
): string {
  const { runId: _, ...asked } = request;
  const inputs = rows.map(({ dataset, problem }) => [
    ...[dataset.id, dataset.version, problem?.code ?? null],
    ...(dataset.inverseVariance ? ['inverse variance'] : []),
  ]);
  const lost = dropped.map(({ problem }) => problem.code);
  // Collections and types chosen by default are named in the answer, and depend on what the archive has and the principal may see.
  // FITS headers mark what was a default, so the request that names it explicitly is another answer with another tag.
  const left = [...(untimed > 0 ? [untimed] : []), ...(others === '' ? [] : [others])];
  return etagOf(software, asked, size, inputs, lost, cutouts ?? null, collections, types, ...left);
}

function nameOf({ request: { target } }: StackPlan, ending: string): string {
  const where = target.kind === 'fixed' ? positionName(target.ra, target.dec) : 'track';
  return `stack_${where}.${ending}`;
}

/** Bytes of all stamps, of which a VOTable has none. */
function stampBytes({ rows, size, request: { format, detail } }: StackPlan): number {
  const planes = detail === 'Image' ? 1 : 3;
  return format === 'votable' ? 0 : 4 * planes * size * size * rows.length;
}

const endings = {
  fits: 'fits',
  mef: 'fits',
  votable: 'vot',
  cube: 'cube.fits',
  tpf: 'tpf.fits',
  png: 'png',
  webp: 'webp',
} as const;
const forms = { fits: tableForm, mef: mefForm, cube: cubeForm, tpf: tpfForm } as const;

/**
 * Plans a stack: which observations, where in each, its exact size. No pixel is read.
 * Throws VignetError: as `planRows`; usage TOO_LARGE.
 * @example
 * ```ts
 * import { ANONYMOUS, Engine, openArchive, planStack, stackRequest } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * const engine = new Engine({ threads: 1 });
 * const target = { kind: 'fixed', ra: 150.2987, dec: 2.38812 } as const;
 * const deps = { view: archive.as(ANONYMOUS), engine, software: 'my program 1.0' };
 * const stack = await planStack(deps, stackRequest({ target, bands: ['r'] }));
 * console.log(`${stack.observations} stamps in ${stack.size} bytes`);
 * stack.close();
 * await engine.close();
 * await archive.close();
 * ```
 */
export async function planStack(
  deps: ArchiveDeps,
  request: StackRequest,
  { cutouts, ...options }: StackOptions = {},
): Promise<Stack> {
  const { view, engine, software } = deps;
  const limits = { ...defaultLimits, ...deps.limits };
  const plan = await planRows({ view, engine, limits }, request, options);
  const links = cutouts ? await inTurns(linkSteps(cutouts, plan)) : undefined;
  const context: RowContext = { size: plan.size, links };
  const tag = etag(plan, software, cutouts);
  // Of thousands of rows each of these takes a turn of its own.
  await setImmediate();
  const pooled: PooledDeps = {
    engine,
    options: { ...ofPlanned(stampBytes(plan)), ...options },
    drainMs: deps.drainMs,
    contentType: stackMediaTypes[request.format].replace(/;.*/, ''),
    filename: nameOf(plan, endings[request.format]),
    etag: tag,
  };
  const about = {
    stampSize: plan.size,
    observations: plan.rows.length,
    inputs: plan.rows.length + plan.dropped.length,
    overflow: plan.overflow,
    ...(await noteOf(view, plan)),
  } satisfies Omit<Stack, keyof Answer>;
  const answer = answerOf(plan, pooled, { software, context, limits, note: about.note });
  await setImmediate();
  return Object.assign(answer, about);
}

/** What is to be said beside the answer, or in its place when it is empty. */
async function noteOf(view: ArchiveView, plan: StackPlan): Promise<{ note?: string }> {
  const untimed = plan.untimed > 0 ? [untimedSentence(plan.untimed)] : [];
  if (plan.rows.length + plan.dropped.length > 0 || plan.request.maxRec === 0) {
    const said = [...untimed, ...(plan.rivals ? [othersSentence(plan)] : [])];
    return said.length > 0 ? { note: said.join('; ') } : {};
  }
  const { target, bands, times, ids } = plan.request;
  const { types } = plan;
  const why =
    target.kind === 'track'
      ? 'no observation was taken where and when the track is; points of it that are more than a day apart are not joined'
      : ids.length > 0
        ? 'none of the datasets given by ID covers the position'
        : await whyNothing(view, { point: [target.ra, target.dec] }, { types, bands, times });
  return { note: [why, ...untimed].join('; ') };
}

const othersSentence = ({ types, others }: StackPlan) =>
  `the stack is of ${types.join(' and ')}, the default; footprints of other types are there too: ${others}; DPSUBTYPE chooses them`;

interface Making {
  readonly software: string;
  readonly context: RowContext;
  readonly limits: Limits;
  readonly note: string | undefined;
}

function answerOf(plan: StackPlan, pooled: PooledDeps, { software, context, limits, note }: Making): Answer {
  switch (plan.request.format) {
    case 'votable':
      return new VotableAnswer(pooled, plan, { software, context, note });
    case 'png':
    case 'webp':
      return new SheetAnswer(pooled, plan, limits);
    default: {
      const form = forms[plan.request.format];
      const fits = new StackFits(plan, form(plan, { software }, context));
      checkSize(
        fits.size,
        limits.maxBytes,
        'maxBytes',
        'ask for smaller stamps, fewer rows (MAXREC) or fewer planes',
      );
      return Object.assign(new FitsAnswer({ ...pooled, fits }), { inputsLost: () => fits.inputsLost() });
    }
  }
}

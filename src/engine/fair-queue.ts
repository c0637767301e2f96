/**
 * Who is next: quick before interactive before bulk, except that every fourth job is interactive and every sixteenth bulk where such wait;
 * and within a class one job of each owner in turn.
 */

/** In the order in which they are served: some milliseconds of work, some tenths of a second, more. */
export const requestClasses = ['quick', 'interactive', 'bulk'] as const;
export type RequestClass = (typeof requestClasses)[number];

export const perClass = <T>(of: (one: RequestClass) => T): Record<RequestClass, T> => ({
  quick: of('quick'),
  interactive: of('interactive'),
  bulk: of('bulk'),
});

/** Of so many jobs one is for the class below: whatever waits before it, it goes on. */
const SHARE = 4;

export interface Queued<Owner> {
  readonly owner: Owner;
}

export interface QueueOwner {
  readonly class: RequestClass;
}

export class FairQueue<Owner extends QueueOwner, Job extends Queued<Owner>> {
  /** Owners that have jobs waiting, in the order of their turns. A Map keeps insertion order and removes in O(1). */
  readonly #rings = perClass(() => new Map<Owner, Job[]>());
  #turn = 0;
  readonly #lengths = perClass(() => 0);

  length(of: RequestClass): number {
    return this.#lengths[of];
  }

  /** Owners with jobs waiting. */
  owners(of: RequestClass): number {
    return this.#rings[of].size;
  }

  /** `resumed` jobs go before the owner's others: their pieces are wanted first. */
  push(job: Job, resumed = false): void {
    const ring = this.#rings[job.owner.class];
    const jobs = ring.get(job.owner);
    if (!jobs) ring.set(job.owner, [job]);
    else if (resumed) jobs.unshift(job);
    else jobs.push(job);
    this.#lengths[job.owner.class] += 1;
  }

  /** `bulk`: whether it may be one of these. */
  next(bulk = true): Job | undefined {
    const turn = this.#turn + 1;
    const job =
      (bulk && turn % SHARE ** 2 === 0 ? this.#take('bulk') : undefined) ??
      (turn % SHARE === 0 ? this.#take('interactive') : undefined) ??
      this.#take('quick') ??
      this.#take('interactive') ??
      (bulk ? this.#take('bulk') : undefined);
    if (job) this.#turn = turn % SHARE ** 2;
    return job;
  }

  /** Removes and returns all jobs of an owner. */
  drop(owner: Owner): Job[] {
    const ring = this.#rings[owner.class];
    const jobs = ring.get(owner) ?? [];
    ring.delete(owner);
    this.#lengths[owner.class] -= jobs.length;
    return jobs;
  }

  #take(from: RequestClass): Job | undefined {
    const ring = this.#rings[from];
    const first = ring.entries().next();
    if (first.done) return undefined;
    const [owner, jobs] = first.value;
    const job = jobs.shift();
    // Re-inserting puts the owner behind all others: that is the round.
    ring.delete(owner);
    if (jobs.length > 0) ring.set(owner, jobs);
    this.#lengths[from] -= 1;
    return job;
  }
}

/**
 * Who is next: quick before interactive before bulk, except that a class that waits gets its share of the threads' time; and within a class
 * one job of each owner in turn.
 */

/** In the order in which they are served: some milliseconds of work, some tenths of a second, more. */
export const requestClasses = ['quick', 'interactive', 'bulk'] as const;
export type RequestClass = (typeof requestClasses)[number];

export const perClass = <T>(of: (one: RequestClass) => T): Record<RequestClass, T> => ({
  quick: of('quick'),
  interactive: of('interactive'),
  bulk: of('bulk'),
});

/**
 * Of its own time and that of the classes before it, a class that waits gets one part in so many: however much of these there is, it goes on.
 * Time and not jobs: one of these takes as long as a hundred of the others.
 */
const PARTS = { interactive: 8, bulk: 16 } as const;
/** Milliseconds of a thread that a job is given when it goes before others: enough to get on, and what the others wait at most. */
export const AHEAD_MS = 10;
type Behind = keyof typeof PARTS;
const behind: readonly Behind[] = ['bulk', 'interactive'];

export interface Queued<Owner> {
  readonly owner: Owner;
}

export interface QueueOwner {
  readonly class: RequestClass;
  /** Of a quick one: makes what an earlier task has planned, and goes before those that have not begun. So an answer waits once, not for each task. */
  readonly planned?: boolean;
}

/** A job, and whether it goes before jobs of a class that is served before its own. */
export interface Turn<Job> {
  readonly job: Job;
  readonly ahead: boolean;
}

export class FairQueue<Owner extends QueueOwner, Job extends Queued<Owner>> {
  /** Owners that have jobs waiting, in the order of their turns. A Map keeps insertion order and removes in O(1). */
  readonly #rings = perClass(() => new Map<Owner, Job[]>());
  /** Quick ones that are planned. */
  readonly #planned = new Map<Owner, Job[]>();
  readonly #lengths = perClass(() => 0);
  /** Milliseconds of a thread that a class may go before others. */
  readonly #owed: Record<Behind, number> = { interactive: 0, bulk: 0 };
  /** Classes of which a job runs ahead: what it takes is not known yet. */
  readonly #ahead = new Set<RequestClass>();

  length(of: RequestClass): number {
    return this.#lengths[of];
  }

  /** Owners with jobs waiting. */
  owners(of: RequestClass): number {
    return this.#rings[of].size + (of === 'quick' ? this.#planned.size : 0);
  }

  /** `resumed` jobs go before the owner's others: their pieces are wanted first. */
  push(job: Job, resumed = false): void {
    const ring = this.#ringOf(job.owner);
    const jobs = ring.get(job.owner);
    if (!jobs) ring.set(job.owner, [job]);
    else if (resumed) jobs.unshift(job);
    else jobs.push(job);
    this.#lengths[job.owner.class] += 1;
  }

  /** `last`: the last class that it may be of. */
  next(last: RequestClass = 'bulk'): Turn<Job> | undefined {
    const may = requestClasses.slice(0, requestClasses.indexOf(last) + 1);
    for (const of of behind) {
      if (!may.includes(of) || this.#owed[of] < AHEAD_MS || this.#ahead.has(of) || !this.#isBehind(of))
        continue;
      const job = this.#take(of);
      if (!job) continue;
      this.#ahead.add(of);
      return { job, ahead: true };
    }
    for (const of of may) {
      const job = this.#take(of);
      if (job) return { job, ahead: false };
    }
    return undefined;
  }

  /** A call of this class has taken so long, `ahead` of others or not: the classes that wait behind it are owed their part of it. */
  spent(of: RequestClass, ms: number, ahead: boolean): void {
    if (ahead) this.#ahead.delete(of);
    for (const other of behind) {
      if (other === of) {
        if (ahead) this.#owed[other] -= ms;
      } else if (this.#lengths[other] > 0 && this.#isBehind(other)) {
        if (requestClasses.indexOf(of) < requestClasses.indexOf(other))
          this.#owed[other] += ms / (PARTS[other] - 1);
      } else {
        // Who does not wait saves nothing up; what it has taken it still owes.
        this.#owed[other] = Math.min(0, this.#owed[other]);
      }
    }
  }

  /** Removes and returns all jobs of an owner. */
  drop(owner: Owner): Job[] {
    const ring = this.#ringOf(owner);
    const jobs = ring.get(owner) ?? [];
    ring.delete(owner);
    this.#lengths[owner.class] -= jobs.length;
    return jobs;
  }

  /** Whether jobs wait that are served before those of this class. */
  #isBehind(of: Behind): boolean {
    return requestClasses.slice(0, requestClasses.indexOf(of)).some((before) => this.#lengths[before] > 0);
  }

  #ringOf(owner: Owner): Map<Owner, Job[]> {
    return owner.class === 'quick' && owner.planned ? this.#planned : this.#rings[owner.class];
  }

  #take(from: RequestClass): Job | undefined {
    const ring = from === 'quick' && this.#planned.size > 0 ? this.#planned : this.#rings[from];
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

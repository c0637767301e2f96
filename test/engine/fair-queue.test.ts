// Who is next. Oracle: the rule, counted in milliseconds of one thread that the test hands out: quick first, and no class that waits gets less
// than its share of the time.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AHEAD_MS, FairQueue, type RequestClass, requestClasses } from '../../src/engine/fair-queue.ts';

interface Owner {
  readonly class: RequestClass;
}
type PerClass = Partial<Record<RequestClass, number>>;

/** A queue in which each class has so many jobs, each of an owner of its own. */
function queueOf(jobs: PerClass) {
  const queue = new FairQueue<Owner, { owner: Owner }>();
  for (const of of requestClasses)
    for (let n = 0; n < (jobs[of] ?? 0); n++) queue.push({ owner: { class: of } });
  return queue;
}

/** The classes of what one thread runs, one job after the other, each as long as its class says; a job comes back to the queue's end. */
function run(queue: ReturnType<typeof queueOf>, ms: PerClass, total: number, again = true) {
  const ran: RequestClass[] = [];
  for (let now = 0; now < total; ) {
    const turn = queue.next();
    if (!turn) break;
    const of = turn.job.owner.class;
    ran.push(of);
    if (again) queue.push({ owner: { class: of } });
    queue.spent(of, ms[of] ?? 1, turn.ahead);
    now += ms[of] ?? 1;
  }
  return ran;
}

const share = (ran: readonly RequestClass[], of: RequestClass, ms: PerClass) => {
  const time = (one: RequestClass) => ms[one] ?? 1;
  const sum = (list: readonly RequestClass[]) => list.reduce((all, one) => all + time(one), 0);
  return sum(ran.filter((one) => one === of)) / sum(ran);
};

it('a class that waits gets its share of the time, whatever its jobs take: a sixteenth, an eighth of the others, the rest', () => {
  for (const ms of [
    { quick: 1, interactive: 1, bulk: 1 },
    { quick: 1, interactive: 100, bulk: 10 },
    { quick: 2, interactive: 10, bulk: 300 },
  ]) {
    const ran = run(queueOf({ quick: 9, interactive: 9, bulk: 9 }), ms, 100_000);
    expect(share(ran, 'quick', ms)).toBeCloseTo(105 / 128, 1.7);
    expect(share(ran, 'interactive', ms)).toBeCloseTo(15 / 128, 1.7);
    expect(share(ran, 'bulk', ms)).toBeCloseTo(1 / 16, 1.7);
  }
});

it('a burst of quick jobs is done when its own time and the shares of others have passed', () => {
  const ran = run(
    queueOf({ quick: 300, interactive: 60, bulk: 60 }),
    { quick: 2, interactive: 10, bulk: 10 },
    2000,
    false,
  );
  const last = ran.lastIndexOf('quick');
  const others = ran.slice(0, last).filter((of) => of !== 'quick').length * 10;
  // Fifteen and eight for a hundred and five of the 600 ms, and one more each.
  expect(others).toBeLessThanOrEqual(600 * (15 / 105 + 8 / 105) + 20);
});

it('what is planned is made before quick requests that have not begun, in turn among themselves', () => {
  const queue = new FairQueue<
    { class: RequestClass; planned?: boolean },
    { owner: { class: RequestClass; planned?: boolean } }
  >();
  const fresh = { class: 'quick' } as const;
  const [one, two] = [{ class: 'quick', planned: true } as const, { class: 'quick', planned: true } as const];
  for (const owner of [fresh, one, one, two]) queue.push({ owner });
  expect(queue.length('quick')).toBe(4);
  expect(queue.owners('quick')).toBe(3);
  const order = Array.from({ length: 4 }, () => queue.next()?.job.owner);
  expect(order.map((owner) => [fresh, one, two].indexOf(owner as typeof fresh))).toEqual([1, 2, 1, 0]);
  queue.push({ owner: one });
  expect(queue.drop(one)).toHaveLength(1);
  expect(queue.next()).toBeUndefined();
});

it('no turn is lost for a class that has nothing, or may not run', () => {
  const classes = (queue: ReturnType<typeof queueOf>, turns: number, last?: RequestClass) =>
    Array.from({ length: turns }, () => {
      const turn = queue.next(last);
      if (turn) queue.spent(turn.job.owner.class, 100, turn.ahead);
      return turn?.job.owner.class;
    });
  expect(classes(queueOf({ quick: 20 }), 20)).toEqual(Array(20).fill('quick'));
  expect(classes(queueOf({ quick: 40, bulk: 5 }), 40, 'interactive')).toEqual(Array(40).fill('quick'));
  expect(classes(queueOf({ interactive: 5, bulk: 5 }), 1, 'quick')).toEqual([undefined]);
  expect(classes(queueOf({ bulk: 2 }), 3)).toEqual(['bulk', 'bulk', undefined]);
});

it('who runs while nobody waits owes nothing for it, and who does not wait saves nothing up', () => {
  const queue = queueOf({ bulk: 1000 });
  const ms = { quick: 1, bulk: 10 };
  run(queue, ms, 5000);
  for (let n = 0; n < 100; n++) queue.push({ owner: { class: 'quick' } });
  expect(share(run(queue, ms, 2000), 'bulk', ms)).toBeCloseTo(1 / 16, 1.7);
  const late = queueOf({ quick: 10 });
  run(late, ms, 5000);
  late.push({ owner: { class: 'bulk' } });
  expect(run(late, ms, 15)).not.toContain('bulk');
});

it('whatever waits runs before the others have had sixteen times its ten milliseconds', () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.nat(40),
      fc.nat(30),
      fc.integer({ min: 1, max: 50 }),
      (quick, interactive, before, ms) => {
        const queue = queueOf({ quick: quick + 1, interactive: interactive + 1 });
        run(queue, { quick: ms, interactive: ms }, before * ms);
        queue.push({ owner: { class: 'bulk' } });
        expect(run(queue, { quick: ms, interactive: ms, bulk: ms }, 15 * AHEAD_MS + 3 * ms)).toContain(
          'bulk',
        );
      },
    ),
  );
});

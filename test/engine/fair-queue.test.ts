// Who is next. Oracle: the rule, counted: quick first, and no class waits for more than its share of turns.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairQueue, type RequestClass, requestClasses } from '../../src/engine/fair-queue.ts';

interface Owner {
  readonly class: RequestClass;
}

/** A queue in which each class has so many jobs, each of an owner of its own. */
function queueOf(jobs: Partial<Record<RequestClass, number>>) {
  const queue = new FairQueue<Owner, { owner: Owner }>();
  for (const of of requestClasses)
    for (let n = 0; n < (jobs[of] ?? 0); n++) queue.push({ owner: { class: of } });
  return queue;
}

const classes = (queue: ReturnType<typeof queueOf>, turns: number, bulk = true) =>
  Array.from({ length: turns }, () => queue.next(bulk)?.owner.class);

it('quick jobs come first, a quarter of the turns is for interactive ones, a sixteenth for bulk ones', () => {
  const turns = classes(queueOf({ quick: 100, interactive: 100, bulk: 100 }), 64);
  const counted = requestClasses.map((of) => turns.filter((turn) => turn === of).length);
  expect(counted).toEqual([48, 12, 4]);
  expect(turns.slice(0, 3)).toEqual(['quick', 'quick', 'quick']);
});

it('no turn is lost for a class that has nothing, or may not run', () => {
  expect(classes(queueOf({ quick: 20 }), 20)).toEqual(Array(20).fill('quick'));
  expect(classes(queueOf({ quick: 40, bulk: 5 }), 40, false)).toEqual(Array(40).fill('quick'));
  expect(classes(queueOf({ bulk: 2 }), 3)).toEqual(['bulk', 'bulk', undefined]);
});

it('whatever waits gets a turn within sixteen', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40), fc.integer({ min: 0, max: 30 }), (quick, interactive, before) => {
      const queue = queueOf({ quick: quick + 60, interactive: interactive + 60, bulk: 1 });
      for (let n = 0; n < before % 15; n++) queue.next(false);
      expect(classes(queue, 16)).toContain('bulk');
    }),
  );
});

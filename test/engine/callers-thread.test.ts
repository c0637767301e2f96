// An engine without threads of its own.
import { expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { layoutTask } from '../../src/engine/tasks/layout.ts';
import { readyTask } from '../../src/engine/tasks/ready.ts';

it('does what it is asked in the caller, one task after the other, and ends its requests', async () => {
  const engine = new Engine({ threads: 0 });
  expect([engine.threads, engine.workers]).toEqual([1, []]);
  const request = engine.request();
  expect(await Promise.all([1, 2, 3].map(() => request.run(readyTask, undefined)))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const wrong = request.run(layoutTask, []);
  await expect(wrong).rejects.toMatchObject({ name: 'VignetError', kind: 'usage' });
  const [running, queued] = [request.run(readyTask, undefined), request.run(readyTask, undefined)];
  request.close();
  await expect(queued).rejects.toMatchObject({ code: 'CANCELLED' });
  await running;
  await engine.close();
});

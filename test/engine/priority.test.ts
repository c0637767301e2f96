// Threads that stand behind the rest of the process.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { readyTask } from '../../src/engine/tasks/ready.ts';

/** The nice value of every thread of this process: the 19th word, 16 words behind the name in parentheses (proc(5)). */
const priorities = () =>
  readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });

it('lowers the priority of its threads, and of no others', async () => {
  const before = priorities().length;
  const usual = Math.min(...priorities());
  const engine = new Engine({ threads: 2, nice: 3 });
  await Promise.all([engine.run(readyTask, undefined), engine.run(readyTask, undefined)]);
  const lower = priorities().filter((one) => one === usual + 3);
  expect(lower.length).toBe(2);
  expect(priorities().filter((one) => one === usual).length).toBeGreaterThanOrEqual(before);
  await engine.close();
});

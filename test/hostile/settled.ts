// A service after an attack: it lives, and holds nothing of those who have gone.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { parseExposition } from '../service/exposition.ts';
import type { Serving } from '../service/process.ts';

/** What must be zero when nobody asks for anything but the metrics themselves. */
const transient = [
  'vignet_engine_requests_open',
  'vignet_engine_requests_waiting',
  'vignet_engine_tasks_queued',
  'vignet_engine_tasks_running',
  'vignet_engine_memory_held_bytes',
];

async function held(base: string): Promise<string[]> {
  const reply = await fetch(`${base}/metrics`, { headers: { connection: 'close' } });
  expect(reply.status).toBe(200);
  const families = parseExposition(await reply.text());
  return ['vignet_requests_open', ...transient].flatMap((name) => {
    const samples = families.find((family) => family.name === name)?.samples;
    if (!samples?.length) return [`no metric ${name}`];
    const own = name === 'vignet_requests_open' ? 1 : 0;
    return samples
      .filter(({ value }) => value !== own)
      .map(({ labels, value }) => `${name}${JSON.stringify(labels)} = ${value}`);
  });
}

/** Waits until every counter of what is under way is back at zero: one that never is ends with the test's timeout. */
export async function settled({ base, child, log }: Serving): Promise<void> {
  for (;;) {
    expect([child.exitCode, child.signalCode], log().slice(-3000)).toEqual([null, null]);
    if ((await held(base)).length === 0) break;
    await sleep(20);
  }
  expect((await fetch(`${base}/healthz`, { headers: { connection: 'close' } })).status).toBe(200);
}

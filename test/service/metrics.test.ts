// /metrics as Prometheus wants it: the text format, names and units; the engine's numbers under the right names; and
// docs/metrics.md, which names every metric.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Family, lint, parseExposition, printed } from './exposition.ts';
import { fakeApp, good } from './fake.ts';

let app: Awaited<ReturnType<typeof fakeApp>>;
let families: Family[];

beforeAll(async () => {
  app = await fakeApp();
  await app.inject(good);
  // The second scrape: what is counted anew at each must not add up.
  await app.inject('/metrics');
  families = parseExposition((await app.inject('/metrics')).body);
});
afterAll(() => app.close());

const ours = () => families.filter(({ name }) => name.startsWith('vignet_'));
const samples = (name: string) => families.filter((family) => family.name === name).flatMap(printed);

describe('/metrics', () => {
  it('keeps to the conventions of Prometheus', () => {
    expect(ours().length).toBeGreaterThan(10);
    expect(ours().flatMap(lint)).toEqual([]);
  });

  it('gives the engine’s state as gauges', () => {
    const expected: Record<string, string[]> = {
      vignet_engine_threads: [' 3'],
      vignet_engine_tasks_queued: ['{class="quick"} 59', '{class="interactive"} 2', '{class="bulk"} 5'],
      vignet_engine_tasks_running: ['{class="quick"} 61', '{class="interactive"} 1', '{class="bulk"} 7'],
      vignet_engine_requests_open: ['{class="quick"} 67', '{class="interactive"} 11', '{class="bulk"} 13'],
      vignet_engine_requests_waiting: [' 47'],
      vignet_engine_memory_limit_bytes: [' 1000'],
      vignet_engine_memory_held_bytes: [' 41'],
      vignet_engine_memory_peak_bytes: [' 43'],
      vignet_engine_memory_free_bytes: [' 53'],
    };
    for (const [name, values] of Object.entries(expected))
      expect(samples(name)).toEqual(values.map((value) => name + value));
  });

  it('gives the delay of the event loop, which searches and large requests must not raise', () => {
    for (const of of ['p50', 'p99', 'max'])
      expect(samples(`nodejs_eventloop_lag_${of}_seconds`)).toHaveLength(1);
  });

  it('gives what it counted as counters, the same at every scrape', () => {
    expect(samples('vignet_engine_tasks_total')).toEqual([
      'vignet_engine_tasks_total{state="done"} 17',
      'vignet_engine_tasks_total{state="failed"} 19',
      'vignet_engine_tasks_total{state="cancelled"} 23',
    ]);
    expect(samples('vignet_engine_yields_total')).toEqual(['vignet_engine_yields_total 29']);
    expect(samples('vignet_engine_requests_refused_total')).toEqual([
      'vignet_engine_requests_refused_total 31',
    ]);
    expect(samples('vignet_engine_workers_died_total')).toEqual(['vignet_engine_workers_died_total 37']);
  });

  it('gives durations in seconds, as histograms whose buckets add up', () => {
    expect(samples('vignet_engine_wait_seconds')).toContain(
      'vignet_engine_wait_seconds_sum{class="bulk"} 0.003',
    );
    expect(samples('vignet_engine_call_seconds')).toContain(
      'vignet_engine_call_seconds_sum{task="cutout-fill"} 0.03',
    );
    const histograms = ours().filter(({ type }) => type === 'histogram');
    expect(histograms.map(({ name }) => name)).toContain('vignet_request_seconds');
    for (const { samples: all } of histograms) {
      for (const { name, labels, value } of all.filter(({ name }) => name.endsWith('_count'))) {
        const series = JSON.stringify(labels);
        const buckets = all.filter(({ labels: { le, ...rest } }) => le && JSON.stringify(rest) === series);
        const counts = buckets.map((bucket) => bucket.value);
        expect(counts, name).toEqual([...counts].sort((a, b) => a - b));
        expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value });
      }
    }
  });
});

describe('docs/metrics.md', () => {
  it('names every metric, and no other', () => {
    const page = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/metrics.md'), 'utf8');
    const named = [...page.matchAll(/`(vignet_\w+)/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(
      ours()
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe('the check itself', () => {
  it('refuses what Prometheus refuses', () => {
    expect(() => parseExposition('a_total 1')).toThrow('stands below nothing');
    expect(() => parseExposition('# TYPE a gauge\na 1')).toThrow('no help');
    expect(() => parseExposition('# HELP a b\n# TYPE a gauge\na 1\na 2')).toThrow('twice');
    expect(() => parseExposition('# HELP a b\n# TYPE a gauge\na{b=c} 1')).toThrow('expected a sample');
    const family = { name: 'wait_ms', type: 'counter', help: 'Time in the queue', samples: [] };
    expect(lint(family)).toEqual([
      'wait_ms: counters, and nothing else, end in _total',
      'wait_ms: a unit that is no base unit',
    ]);
  });
});

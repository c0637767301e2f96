/** The pixel engine as Prometheus sees it; docs/metrics.md says what each is for. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MeasuredEngine } from '../ports.ts';

type Snapshot = ReturnType<MeasuredEngine['metrics']>;
/** A value for each value of the metric's one label; a metric without labels has one value only. */
type Reading = number | Readonly<Record<string, number>>;

const gauges: readonly [name: string, label: string, help: string, read: (now: Snapshot) => Reading][] = [
  ['threads', '', 'Pixel threads', (now) => now.threads],
  ['tasks_queued', 'class', 'Tasks that wait for a thread', (now) => now.queued],
  ['tasks_running', 'class', 'Tasks that run in a thread', (now) => now.running],
  ['requests_open', 'class', 'Requests that have work or hold memory', (now) => now.requests],
  ['requests_waiting', '', 'Requests that wait for memory', (now) => now.bytes.waiting],
  ['memory_limit_bytes', '', 'Ceiling of buffers of answers', (now) => now.bytes.ceiling],
  ['memory_held_bytes', '', 'Buffers queued, being filled or unsent', (now) => now.bytes.held],
  ['memory_peak_bytes', '', 'Most that was held at once since the start', (now) => now.bytes.peak],
  ['memory_free_bytes', '', 'Buffers kept for the next answers', (now) => now.bytes.pooled],
];

const counters: typeof gauges = [
  [
    'tasks_total',
    'state',
    'Tasks that ended, by how',
    ({ tasks: { done, failed, cancelled } }) => ({ done, failed, cancelled }),
  ],
  [
    'yields_total',
    '',
    'Times that a task came back before its end and was queued again',
    (now) => now.tasks.yielded,
  ],
  ['requests_refused_total', '', 'Requests refused because the queue was full', (now) => now.tasks.refused],
  ['workers_died_total', '', 'Threads that ended unexpectedly and were replaced', (now) => now.workersDied],
];

const labelled = (label: string, reading: Reading): [Record<string, string>, number][] =>
  typeof reading === 'number'
    ? [[{}, reading]]
    : Object.entries(reading).map(([value, number]) => [{ [label]: value }, number]);

/** Adds the engine's metrics to the registry. They are read when Prometheus asks; only durations are noted as they come. */
export function engineMetrics(engine: MeasuredEngine, registry: Registry): void {
  const registers = [registry];
  for (const [name, label, help, read] of gauges) {
    const gauge: Gauge = new Gauge({
      ...{ name: `vignet_engine_${name}`, help, labelNames: label ? [label] : [], registers },
      collect: () => {
        for (const [labels, value] of labelled(label, read(engine.metrics()))) gauge.set(labels, value);
      },
    });
  }
  for (const [name, label, help, read] of counters) {
    const counter: Counter = new Counter({
      ...{ name: `vignet_engine_${name}`, help, labelNames: label ? [label] : [], registers },
      collect: () => {
        counter.reset();
        for (const [labels, value] of labelled(label, read(engine.metrics()))) counter.inc(labels, value);
      },
    });
  }
  const waits = new Histogram({
    name: 'vignet_engine_wait_seconds',
    help: 'Time that a task waited for a thread',
    labelNames: ['class'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 20],
    registers,
  });
  const runs = new Histogram({
    name: 'vignet_engine_call_seconds',
    help: 'Time inside native code, by kind of task',
    labelNames: ['task'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
    registers,
  });
  engine.observe((call) => {
    waits.observe({ class: call.class }, call.waitedMs / 1000);
    runs.observe({ task: call.kind }, call.ms / 1000);
  });
}

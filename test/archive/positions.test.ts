// Which datasets a place, a region or a time finds, in archives with either database, with an index that is whole or changed by a delta.
// Oracle: mpmath (oracles/position_oracle.py), which draws the cases too: at the poles, at RA 0, on borders of HEALPix cells, from 1e-8
// degrees to a hemisphere, of both windings, 1e-9 degrees on either side of an edge. Tolerance: 1e-10 degrees, and none for times.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/access/principal.ts';
import type { Where } from '../../src/addon/dataset-index.ts';
import { type Archive, openArchive } from '../../src/archive/archive.ts';
import { EMPTY_CONFIG, keepConfig } from '../../src/archive/config.ts';
import { generationPath, openIndexIn } from '../../src/archive/generation.ts';
import { rowsThatMeet, searchHere } from '../../src/archive/index-search.ts';
import type { DatabaseConfig } from '../../src/catalog/database-config.ts';
import { ALL_ROWS } from '../../src/catalog/row-set.ts';
import type { CatalogRow } from '../../src/catalog/schema.ts';
import { publish } from '../../src/ingest/publish.ts';
import { findDatasets } from '../../src/products/find/find.ts';
import { parseFind } from '../../src/vo/find/request.ts';
import { rowOf, uuidOf } from '../catalog/rows.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

interface Cases {
  readonly footprints: readonly number[][];
  readonly questions: readonly { readonly shape: string; readonly values: readonly number[] }[];
  /** For each question a character for each footprint: 1, 0, or ? where less than the tolerance decides. */
  readonly answers: readonly string[];
  readonly counted: {
    readonly pairs: number;
    readonly exact: number;
    readonly ties: number;
    readonly near: number;
  };
  readonly times: readonly (readonly (number | null)[])[];
  readonly intervals: readonly (readonly [number, number])[];
  /** The same for intervals: 1, 0, or n where a limit of the exposure is not known. */
  readonly timed: readonly string[];
}

const script = resolve(import.meta.dirname, '../oracles/position_oracle.py');
const drawn = (seed: number): Cases =>
  JSON.parse(execFileSync('/usr/bin/python3', [script, `${seed}`], { encoding: 'utf8', maxBuffer: 2 ** 28 }));

const cases = drawn(1);
const base = mkdtempSync(join(tmpdir(), 'vignet-positions-'));
const archives = new Map<string, { readonly folder: string; readonly opened: Archive }>();
let server: TestPostgres;

/** The cases' footprints and times, and datasets that have none. */
const rows: CatalogRow[] = [
  ...cases.footprints.map((footprint, n) => {
    const [t_min = null, t_max = null] = cases.times[n] ?? [];
    return rowOf({ uuid: uuidOf(n), footprint, t_min, t_max, em_min: t_min, em_max: t_max });
  }),
  ...[1, 2, 3].map((n) => rowOf({ uuid: uuidOf(cases.footprints.length + n) })),
];

/** An archive of these rows: published at once, or the second half of them as a delta. */
async function archiveOf(name: string, isDelta: boolean, database?: DatabaseConfig): Promise<void> {
  const folder = join(base, name);
  mkdirSync(join(folder, 'generations'), { recursive: true });
  await keepConfig(folder, { ...EMPTY_CONFIG, ...(database && { catalog: database }) });
  const parts = isDelta ? [0, 1].map((half) => rows.filter((_, n) => n % 2 === half)) : [rows];
  for (const add of parts)
    await publish(folder, {
      ...{ end: { pack: 1, offset: 0 }, drop: [], add, beside: [], database },
      merging: { leastRows: 0, share: 9 },
    });
  const opened = await openArchive(folder);
  archives.set(name, { folder, opened });
}

beforeAll(async () => {
  server = await startPostgres();
  await archiveOf('DuckDB', false);
  await archiveOf('DuckDB, base and delta', true);
  for (const [name, isDelta] of [
    ['PostgreSQL', false],
    ['PostgreSQL, base and delta', true],
  ] as const)
    await archiveOf(name, isDelta, { url: server.database(), schema: 'positions' });
});

afterAll(async () => {
  for (const { opened } of archives.values()) await opened.close();
  await server.stop();
  rmSync(base, { recursive: true });
});

const numberOf = (uuid: string) => Number.parseInt(uuid.slice(-12), 16);

type Question = Cases['questions'][number];

/** The datasets that `vignet find` lists. A place is what `--at` makes of it. */
async function found(
  archive: Archive,
  {
    question,
    interval,
    parameter = 'TIME',
  }: { question?: Question; interval?: readonly number[]; parameter?: string },
): Promise<Set<number>> {
  const isPoint = question?.shape === 'point';
  const request = parseFind([
    ...(question && !isPoint ? [['POS', wordsOf(question)] as const] : []),
    ...(interval ? [[parameter, interval.join(' ')] as const] : []),
  ]);
  const [lon = 0, lat = 0] = question?.values ?? [];
  const regions = isPoint ? [{ point: [lon, lat] as const }] : request.regions;
  const numbers = new Set<number>();
  for await (const batch of findDatasets(archive.as(OPERATOR), { ...request, regions }))
    for (const { uuid } of batch) numbers.add(numberOf(uuid));
  return numbers;
}

const wordsOf = ({ shape, values }: Question) => `${shape.toUpperCase()} ${values.join(' ')}`;

/** Where an answer is another than the oracle's; rows without footprint or time answer nothing. */
function wrong(meant: string, numbers: ReadonlySet<number>, isOne: (c: string) => boolean): string[] {
  const all = [...meant]
    .map((c, n) => [c, n] as const)
    .filter(([c, n]) => c !== '?' && isOne(c) !== numbers.has(n));
  const others = [...numbers].filter((n) => n >= meant.length);
  return [
    ...all.map(([c, n]) => `expected ${c} of ${n}: ${cases.footprints[n]}`),
    ...others.map((n) => `${n} has no footprint`),
  ];
}

const names = ['DuckDB', 'DuckDB, base and delta', 'PostgreSQL', 'PostgreSQL, base and delta'];

it('the cases lie where they are hard', () => {
  expect(cases.counted.near).toBeGreaterThan(300);
  expect(cases.counted.ties).toBeLessThan(cases.counted.pairs / 20);
});

describe.each(names)('an archive in %s', (name) => {
  const archive = () => archives.get(name) ?? expect.fail('the archive was not made');

  it('has by a place or region the datasets that are there, and no others', async () => {
    const faults: string[] = [];
    for (const [n, question] of cases.questions.entries()) {
      const numbers = await found(archive().opened, { question });
      faults.push(
        ...wrong(cases.answers[n] ?? '', numbers, (c) => c === '1').map(
          (said) => `${wordsOf(question)}: ${said}`,
        ),
      );
    }
    expect(faults).toEqual([]);
  });

  it('has by a time, or by wavelengths, those that overlap it, to the last digit', async () => {
    for (const [n, interval] of cases.intervals.entries())
      for (const parameter of ['TIME', 'BAND']) {
        const numbers = await found(archive().opened, { interval, parameter });
        expect(
          wrong(cases.timed[n] ?? '', numbers, (c) => c === '1'),
          `${parameter} ${interval}`,
        ).toEqual([]);
      }
  });

  it('has by both those that meet both', async () => {
    for (let n = 0; n < 60; n++) {
      const at = (7 * n) % cases.questions.length;
      const [question, interval] = [cases.questions[at], cases.intervals[n] ?? [0, 0]];
      if (!question) continue;
      const numbers = await found(archive().opened, { question, interval });
      const both = [...(cases.answers[at] ?? '')].map((c, k) =>
        c === '1' && cases.timed[n]?.[k] !== '1' ? '0' : c,
      );
      expect(
        wrong(both.join(''), numbers, (c) => c === '1'),
        `${wordsOf(question)} ${interval}`,
      ).toEqual([]);
    }
  });

  it('has in its index those of a region whose time may meet an interval: one that is not known may', async () => {
    const { folder } = archive();
    const index = openIndexIn(generationPath(folder, name.includes('delta') ? 2 : 1));
    expect(index.changed > 0).toBe(name.includes('delta'));
    const everywhere: Where = { shape: 'circle', values: [0, 0, 180] };
    for (const [n, time] of cases.intervals.entries()) {
      const numbers = await rowsThatMeet(
        index,
        [{ region: everywhere, time }],
        ALL_ROWS,
        Number.POSITIVE_INFINITY,
        searchHere,
        {},
      );
      const uuids = new Set(numbers?.map((row) => numberOf(index.row(row).uuid)));
      expect(
        wrong(cases.timed[n] ?? '', uuids, (c) => c !== '0'),
        `${time}`,
      ).toEqual([]);
    }
    index.close();
  });
});

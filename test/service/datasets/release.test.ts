// A simulated release, ingested from its Butler: every type is found by `find` and served at /api/datasets, and provenance leads from a
// co-add to its visit images, raw images and calibrations, and back. Oracles: the inputs that the simulation's truth lists; the files.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestButler } from '../../../src/ingest/index.ts';
import { simulate } from '../../../src/simulate/index.ts';
import { vignet } from '../../cli/run.ts';
import { type RealService, realService } from '../real.ts';

interface Truth {
  readonly id: string;
  readonly path: string;
  readonly type: string;
  readonly inputs?: readonly string[];
}

const scratch = mkdtempSync(join(tmpdir(), 'vignet-release-'));
const [files, archive] = [join(scratch, 'files'), join(scratch, 'archive')];
let truth: Map<string, Truth>;
let service: RealService;

beforeAll(async () => {
  await simulate({ out: files, preset: 'release', label: 'dr1', scale: 0.05, workers: 0 });
  const lines = readFileSync(join(files, 'truth/datasets.ndjson'), 'utf8').trim().split('\n');
  truth = new Map(lines.map((line) => JSON.parse(line) as Truth).map((row) => [row.id, row]));
  const selection = { repository: files, collections: ['dr1'] };
  const report = await ingestButler(archive, selection, { collection: 'Sim.DR1', repo: 'dr1' });
  expect([report.failures, report.notes, report.ingested]).toEqual([[], [], truth.size]);
  service = await realService({ VIGNET_ARCHIVE: archive, VIGNET_THREADS: 2 });
});
afterAll(async () => {
  await service.close();
  rmSync(scratch, { recursive: true, force: true });
});

const all = () => [...truth.values()];
const ofType = (type: string) => all().filter((one) => one.type === type);
const TYPES = [
  ...['raw', 'bias', 'dark', 'flat', 'defects', 'visit_image', 'difference_image'],
  ...['deep_coadd', 'template_coadd'],
];

interface Provenance {
  readonly datasets: readonly { readonly uuid: string; readonly dataset_type: string }[];
  readonly inputs: readonly { readonly output: string; readonly input: string | null }[];
  readonly more: boolean;
}

async function provenance(id: string, query: string): Promise<Provenance> {
  const reply = await fetch(`${service.url}/api/datasets/dr1/${id}/provenance?${query}`);
  expect(reply.status).toBe(200);
  return (await reply.json()) as Provenance;
}

/** All that the truth leads to, back or forth. */
function chain(id: string, step: (one: string) => readonly string[], seen = new Set<string>()): Set<string> {
  for (const next of step(id)) {
    if (seen.has(next)) continue;
    seen.add(next);
    chain(next, step, seen);
  }
  return seen;
}
const back = (id: string) => truth.get(id)?.inputs ?? [];
const forth = (id: string) => all().flatMap((one) => (one.inputs?.includes(id) ? [one.id] : []));

describe.each(TYPES)('%s', (type) => {
  it('is found by find', async () => {
    const args = ['find', '--archive', archive, '--collection', 'dr1', '--type', type, '--as', 'jsonl'];
    const { code, stdout } = await vignet(args);
    expect(code).toBe(0);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const found = rows.filter((row) => 'uuid' in row || 'obs_publisher_did' in row);
    const ids = found.map((row) => row.uuid ?? /id=([0-9a-f-]{36})/.exec(row.obs_publisher_did)?.[1]);
    expect(ids.sort()).toEqual(
      ofType(type)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('is served as a file, with its header and its layout', async () => {
    for (const { id, path } of ofType(type)) {
      const address = `${service.url}/api/datasets/dr1/${id}`;
      const file = await fetch(address);
      expect(file.status).toBe(200);
      expect(Buffer.from(await file.arrayBuffer()).equals(readFileSync(join(files, path)))).toBe(true);
    }
    const address = `${service.url}/api/datasets/dr1/${ofType(type)[0]?.id}`;
    const header = await (await fetch(`${address}/header?RESPONSEFORMAT=text`)).text();
    expect(header).toContain(`LSST BUTLER DATASETTYPE = '${type}`);
    expect((await fetch(`${address}/layout`)).status).toBe(200);
  });

  it('has the inputs of the truth at any depth, and what was made from it', async () => {
    for (const { id } of ofType(type)) {
      const inputs = await provenance(id, 'DEPTH=ALL');
      expect(new Set(inputs.datasets.slice(1).map(({ uuid }) => uuid))).toEqual(chain(id, back));
      expect(inputs.inputs.filter(({ input }) => input === null)).toEqual([]);
      const outputs = await provenance(id, 'DEPTH=ALL&DIRECTION=FORTH');
      expect(new Set(outputs.datasets.slice(1).map(({ uuid }) => uuid))).toEqual(chain(id, forth));
    }
  });
});

it('leads from a co-add to raw images and calibrations, and from a bias to co-adds', async () => {
  const typesOf = ({ datasets }: Provenance) => [...new Set(datasets.map((one) => one.dataset_type))].sort();
  const coadd = ofType('deep_coadd')[0]?.id ?? '';
  const whole = ['bias', 'dark', 'deep_coadd', 'defects', 'flat', 'raw', 'visit_image'];
  expect(typesOf(await provenance(coadd, 'DEPTH=ALL'))).toEqual(whole);
  const bias = ofType('bias')[0]?.id ?? '';
  const made = ['bias', 'deep_coadd', 'difference_image', 'template_coadd', 'visit_image'];
  expect(typesOf(await provenance(bias, 'DEPTH=ALL&DIRECTION=FORTH'))).toEqual(made);
});

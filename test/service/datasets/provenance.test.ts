// /provenance: what a dataset was made from, and what was made from it. Oracles: the inputs that the files were written with; the library
// `prov` of Python for PROV-JSON; stilts for the table.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainImage } from '../../support/fits.ts';
import { type Served, served } from './support.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'vignet-provenance-'));
let service: Served;

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Dataset → its type and inputs: 0 and 1 are raw, 9 is in no archive, 5 and 6 are made from each other. */
const made: Readonly<Record<number, readonly [type: string, inputs: readonly number[]]>> = {
  0: ['raw', []],
  1: ['raw', []],
  2: ['visit_image', [0]],
  3: ['visit_image', [1, 9]],
  4: ['deep_coadd', [2, 3]],
  5: ['template_coadd', [6]],
  6: ['template_coadd', [5]],
};

beforeAll(async () => {
  for (const [n, [type, inputs]] of Object.entries(made)) {
    const cards: Record<string, string | number> = {
      'HIERARCH LSST BUTLER ID': uuid(Number(n)),
      'HIERARCH LSST BUTLER RUN': 'run/a b',
      'HIERARCH LSST BUTLER DATASETTYPE': type,
      'HIERARCH LSST BUTLER N_INPUTS': inputs.length,
    };
    for (const [at, input] of inputs.entries()) {
      cards[`HIERARCH LSST BUTLER INPUT ${at} ID`] = uuid(input);
      cards[`HIERARCH LSST BUTLER INPUT ${at} DATASETTYPE`] = made[input]?.[0] ?? 'raw';
    }
    writeFileSync(join(folder, `${type}${n}.fits`), plainImage(20, 16, cards));
  }
  service = await served([folder]);
});

afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

interface Provenance {
  readonly id: string;
  readonly depth: number;
  readonly more: boolean;
  readonly datasets: readonly { readonly uuid: string; readonly id: string; readonly dataset_type: string }[];
  readonly inputs: readonly {
    readonly output: string;
    readonly input: string | null;
    readonly named: string;
  }[];
  readonly runs: readonly { readonly name: string }[];
}

const numberOf = (text: string | null) => (text === null ? null : Number(text.slice(-4)));
const address = (n: number, query = '') =>
  `${service.url(service.row(`${made[n]?.[0]}${n}.fits`))}/provenance${query}`;

async function provenance(n: number, query = ''): Promise<Provenance> {
  const reply = await fetch(address(n, query));
  const text = await reply.text();
  expect(reply.status, text).toBe(200);
  return JSON.parse(text) as Provenance;
}

const edges = ({ inputs }: Provenance) =>
  inputs.map(({ output, input, named }) => [output, input, named].map(numberOf));
const nodes = ({ datasets }: Provenance) => datasets.map((one) => numberOf(one.uuid));

describe('the inputs of a dataset', () => {
  it('are those of one step', async () => {
    const found = await provenance(4);
    expect(found).toMatchObject({ depth: 1, more: true, runs: [{ name: 'run/a b' }] });
    expect(edges(found)).toEqual([
      [4, 2, 2],
      [4, 3, 3],
    ]);
    expect(nodes(found)).toEqual([4, 2, 3]);
    expect(found.datasets[0]).toMatchObject({ id: found.id, dataset_type: 'deep_coadd' });
  });

  it('are followed to any depth; one that is not in the archive has its name only', async () => {
    const found = await provenance(4, '?DEPTH=ALL');
    expect(found.more).toBe(false);
    expect(edges(found)).toEqual([
      [4, 2, 2],
      [4, 3, 3],
      [2, 0, 0],
      [3, 1, 1],
      [3, null, 9],
    ]);
    expect(nodes(found)).toEqual([4, 2, 3, 0, 1]);
    // As many steps as there are.
    expect(await provenance(4, '?depth=2')).toMatchObject({ more: false });
  });

  it('are what was made from it in the other direction', async () => {
    expect(edges(await provenance(1, '?DIRECTION=FORTH&DEPTH=ALL'))).toEqual([
      [3, 1, 1],
      [4, 3, 3],
    ]);
    expect(edges(await provenance(4, '?DIRECTION=FORTH'))).toEqual([]);
    expect(await provenance(0)).toMatchObject({ inputs: [], more: false });
  });

  it('end where they go in a circle', async () => {
    const found = await provenance(5, '?DEPTH=ALL');
    expect(nodes(found)).toEqual([5, 6]);
    expect(edges(found)).toEqual([
      [5, 6, 6],
      [6, 5, 5],
    ]);
  });

  it.each([
    ['?DEPTH=0', 'DEPTH'],
    ['?DEPTH=101', 'DEPTH'],
    ['?DIRECTION=UP', 'DIRECTION'],
    ['?RESPONSEFORMAT=xml', 'RESPONSEFORMAT'],
    ['?DEPT=1', 'DEPT'],
  ])('refuses %s', async (query, name) => {
    const reply = await fetch(address(4, query));
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain(name);
  });
});

describe('the same', () => {
  it('as PROV-JSON, which prov reads', async () => {
    const path = join(folder, 'prov.json');
    writeFileSync(path, await (await fetch(address(4, '?DEPTH=ALL&RESPONSEFORMAT=prov-json'))).text());
    const script = [
      'import sys, json, prov.model as m',
      'd = m.ProvDocument.deserialize(sys.argv[1])',
      'short = lambda n: str(n.uri)[-4:] if "urn:" not in str(n.uri) else str(n.uri)',
      'der = sorted([short(r.args[0]), short(r.args[1])] for r in d.get_records(m.ProvDerivation))',
      'gen = sorted({short(r.args[0]) for r in d.get_records(m.ProvGeneration)})',
      'uris = sorted(str(e.identifier.uri) for e in d.get_records(m.ProvEntity))',
      'print(json.dumps({"derived": der, "generated": gen, "first": uris[0], "activities": len(list(d.get_records(m.ProvActivity)))}))',
    ].join('\n');
    const { stdout } = await run('/usr/bin/python3', ['-W', 'ignore', '-c', script, path]);
    const read = JSON.parse(stdout) as {
      derived: string[][];
      generated: string[];
      first: string;
      activities: number;
    };
    expect(read.derived.map(([a]) => Number(a))).toEqual([2, 3, 3, 4, 4]);
    expect(read.derived.filter(([, b]) => b?.startsWith('urn:'))).toHaveLength(1);
    expect(read.generated.map(Number)).toEqual([0, 1, 2, 3, 4]);
    expect(read.activities).toBe(1);
    // The identifier of an entity is the publisher ID.
    expect(read.first).toBe(`ivo://vignet.example/files?repo=files&id=${uuid(0)}`);
  });

  it('as a table, which stilts reads', async () => {
    const path = join(folder, 'inputs.vot');
    writeFileSync(path, await (await fetch(address(4, '?DEPTH=ALL&RESPONSEFORMAT=votable'))).text());
    expect((await run('stilts', ['votlint', `votable=${path}`])).stdout).toBe('');
    const { stdout } = await run('stilts', ['tpipe', `in=${path}`, 'omode=count']);
    expect(stdout).toContain('rows: 5');
  });
});

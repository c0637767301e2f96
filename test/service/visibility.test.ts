// Routes × principals: what a principal may not know of is invisible. Each answer is that of an archive which never held it, byte for
// byte, also when somebody who may see it has just asked for the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { equals } from '../../src/catalog/predicate.ts';
import { ask, type BaselineRequest } from '../baseline/request.ts';
import { names, people, type Services, startServices, type Who } from './visibility/archives.ts';
import { requests } from './visibility/requests.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vignet-visibility-'));
let services: Services;

beforeAll(async () => {
  services = await startServices(join(inject('sample'), '../files/simulated'), scratch);
}, 300_000);

afterAll(async () => {
  await services.close();
  rmSync(scratch, { recursive: true });
});

async function answered(url: string, asked: BaselineRequest, who: Who) {
  const reply = await ask(url, { ...asked, headers: { ...asked.headers, as: who } });
  const { date: _, connection: __, 'keep-alive': ___, 'content-length': length, ...rest } = reply.headers;
  const headers: Record<string, string | undefined> = { ...rest, length: asked.withoutBody ? '' : length };
  const text = asked.withoutBody ? '' : reply.body.toString('latin1');
  const { status, cut } = reply;
  return { status, cut, headers, body: asked.mask ? asked.mask(text) : text };
}

/** Counts of requests, bytes and tasks; times are not compared, nor is the length of the metrics, which hold some. */
async function counted(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) =>
      /^vignet_(request_seconds_count|answer_bytes_total(?!.*"\/metrics")|engine_tasks_total)/.test(line),
    );
}

it('metrics count the same for the anonymous, before anybody else has asked', async () => {
  const { full, lacking } = services;
  for (const url of [full.url, lacking.anonymous.url])
    for (const asked of requests) await answered(url, asked, 'anonymous');
  const counts = await counted(full.url);
  expect(counts.length).toBeGreaterThan(20);
  expect(counts).toEqual(await counted(lacking.anonymous.url));
});

/** Requests that not everybody is answered alike. */
const tellingApart = new Set<string>();
/** What an archive answers that lacks what is hidden: asked once. */
const answersOfLacking = new Map<string, Awaited<ReturnType<typeof answered>>>();

describe.each([1, 2])('asked by everybody in turn, time %i', () => {
  it.each(requests)('$name', async (asked) => {
    const { full, lacking } = services;
    const answers = new Map<Who, Awaited<ReturnType<typeof answered>>>();
    for (const who of names) {
      const key = `${asked.name} ${who}`;
      const expected = answersOfLacking.get(key) ?? (await answered(lacking[who].url, asked, who));
      answersOfLacking.set(key, expected);
      const answer = await answered(full.url, asked, who);
      expect(answer, who).toEqual(expected);
      answers.set(who, answer);
    }
    // Those who have the same rights are answered alike, whatever they are called.
    expect(answers.get('stranger')).toEqual(answers.get('anonymous'));
    const said = new Set([...answers.values()].map(({ status, body }) => `${status} ${body}`));
    if (said.size > 1) tellingApart.add(asked.name);
  });
});

it('looks at every route that the service describes', async () => {
  const reply = await fetch(`${services.full.url}/openapi.json`);
  const { paths } = (await reply.json()) as { paths: Record<string, unknown> };
  const asked = new Set(requests.map(({ path }) => path.split('?')[0]));
  const isAsked = (path: string) => {
    const form = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
    return [...asked].some((one) => form.test(one ?? ''));
  };
  expect(Object.keys(paths).filter((path) => !isAsked(path))).toEqual([]);
});

it('would notice: the same requests have other answers for those who may see more', () => {
  const groups = (names: Iterable<string>) => new Set([...names].map((name) => name.split(' / ')[0] ?? ''));
  const never = [
    ...['cutout open', 'cutout unknown', 'cutout hidden refused'],
    ...['dataset open', 'dataset unknown', 'nothing', 'preflight'],
  ];
  const quiet = [...groups(requests.map(({ name }) => name))].filter(
    (name) => !groups(tellingApart).has(name),
  );
  const pages = ['openapi', 'docs', 'healthz', 'metrics'];
  expect(quiet.sort()).toEqual([...never, ...pages].sort());
});

it('answers of this archive are private, and vary by who asks', async () => {
  for (const asked of requests) {
    const { headers } = await answered(services.full.url, asked, 'anonymous');
    expect(headers['cache-control'], asked.name).toMatch(/^(private, no-cache|no-store)$/);
    expect(headers.vary, asked.name).toContain('Authorization, Cookie');
  }
});

it.each(names)('the library tells %s the same, in counts, lists, searches and collections', async (who) => {
  const told = async ({ archive }: Services['full']['vignet']) => {
    const view = archive.as(people[who]);
    const listed: unknown[] = [];
    // Where a pack holds it is not told to anybody but the operator's programs, and is another place in another archive.
    for await (const rows of view.list())
      for (const { pack: _, pack_offset: __, ...row } of rows) listed.push(row);
    const near = { point: [150.2987, 2.38812] } as const;
    const searches = [{ region: { shape: 'circle', values: [150.27, 2.43, 0.1] } as const }];
    return {
      listed,
      counts: [await view.count(), await view.count(equals('lsst_band', 'g'))],
      census: await view.census(),
      collections: await view.collections(),
      found: await view.find(near),
      observed: (await view.observations(searches)).map(({ dataset }) => dataset?.id),
    };
  };
  expect(await told(services.full.vignet)).toEqual(await told(services.lacking[who].vignet));
});

it('metrics name no dataset, collection or release', async () => {
  const text = await (await fetch(`${services.full.url}/metrics`)).text();
  expect(text).not.toMatch(/="[^"]*(secret|Secret|Open|[0-9a-f]{8}-[0-9a-f]{4}|20\d{11})/);
});

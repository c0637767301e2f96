// Random requests, of all that the services declare and the API description names, at a service of its own process: no answer is a fault of
// the service, each is in its protocol's form and names nothing of the inside, and afterwards nothing is held. The files of the sample are
// good, so that no request may fail for them. Oracle: HTTP and the protocols' error forms (`http-answers.ts`).
// A failure prints seed and path of fast-check; VIGNET_FUZZ_SEED=<seed> repeats a run. In the long form: other requests each time, for minutes.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Sample } from '../../src/service/ports.ts';
import { allServices } from '../../src/service/services.ts';
import { datasets, type Serving, serve } from '../service/process.ts';
import { wrongWith } from './http-answers.ts';
import { anyRequest } from './http-requests.ts';
import { exchange } from './raw.ts';
import { settled } from './settled.ts';

const long = Boolean(process.env.VIGNET_LONG);
const seed = process.env.VIGNET_FUZZ_SEED ?? (long ? undefined : '12');

let serving: Serving;
beforeAll(async () => {
  serving = await serve(inject('sample'), {
    LOG_LEVEL: 'error',
    VIGNET_MAX_LAG_MS: '3600000',
    VIGNET_MAX_ANSWER_MB: '16',
    VIGNET_MAX_MOSAIC_MB: '16',
  });
});
afterAll(async () => {
  serving.child.kill('SIGKILL');
  await serving.exited;
});

/** One dataset of each type, as the service's own pages have them. */
function samplesOf(): Sample[] {
  const rows = datasets(inject('sample')).filter(({ s_ra }) => s_ra !== null);
  const types = new Map(rows.map((row) => [(row as { dataset_type?: string }).dataset_type, row]));
  return [...types.values()].map(({ id, s_ra, s_dec }) => ({
    ...{ id, label: id, lon: s_ra, lat: s_dec, radius: 0.002 },
  }));
}

it('no request makes the service fail, and none leaves anything behind', async () => {
  const description = (await (await fetch(`${serving.base}/openapi.json`)).json()) as { paths: object };
  const paths = [...Object.keys(description.paths), '/', '/docs', '/openapi.json'];
  for (const { path, operations } of allServices)
    for (const { url } of operations)
      expect(paths).toContain(`/api/${path}${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  const some = fc.array(anyRequest(allServices, samplesOf(), paths), { minLength: 1, maxLength: 4 });
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(some, async (requests) => {
      const wrong = await Promise.all(
        requests.map(async (sent) => {
          const answer = await exchange(serving.base, sent.bytes, {
            hangUp: sent.broken,
            head: sent.method === 'HEAD',
          });
          const status = answer.reply?.status ?? 0;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          const problem = wrongWith(answer, sent);
          return problem && `${problem}\n${sent.bytes.toString('latin1').slice(0, 2000)}`;
        }),
      );
      expect(wrong.filter(Boolean)).toEqual([]);
      expect([serving.child.exitCode, serving.child.signalCode]).toEqual([null, null]);
    }),
    {
      numRuns: long ? 10_000 : 150,
      ...(seed !== undefined && { seed: Number(seed) }),
    },
  );
  await settled(serving);
  if (long) console.log(`answers: ${JSON.stringify(Object.fromEntries(statuses))}`);
  // It is about requests that are answered as well as about those that are refused.
  for (const status of [200, 204, 400, 404]) expect([...statuses.keys()]).toContain(status);
  expect(
    serving
      .log()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line)),
  ).toEqual([]);
});

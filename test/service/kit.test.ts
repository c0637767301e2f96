// The service kit: a service of under 40 lines has its routes, VOSI, API description, landing line and errors right.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CodeOf, type ErrorKind, usageError, VignetError } from '../../src/base/errors.ts';
import { asHeader } from '../../src/products/select/why-nothing.ts';
import { buildApp } from '../../src/service/app.ts';
import { loadConfig } from '../../src/service/config.ts';
import { nobodySignsIn } from '../../src/service/http/principal.ts';
import type { Service } from '../../src/service/kit/index.ts';
import { allServices } from '../../src/service/services.ts';
import { faultOf } from '../../src/vo/dali/errors.ts';
import { pos } from '../../src/vo/dali/sky-parameters.ts';
import { votable } from '../../src/vo/dali/votable-errors.ts';
import { sodaText } from '../../src/vo/soda/errors.ts';
import { encodedId, FakeAnswer, fakeApp, fakePorts, good, pixels } from './fake.ts';
import { toyService } from './toy-service.ts';

const run = promisify(execFile);
let folder = '';
let app: Awaited<ReturnType<typeof buildApp>>;

/** The toy, and the toy with a bug. */
const [toy] = toyService.operations;
const broken: Service = {
  ...toyService,
  path: 'broken',
  aliases: [],
  operations: [{ ...toy, respond: () => Promise.reject(new TypeError('/secret/path is undefined')) }],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vignet-kit-'));
  const config = loadConfig({ LOG_LEVEL: 'silent', VIGNET_MAX_LAG_MS: 60_000, VIGNET_MAX_URL: 1024 }, {});
  app = await buildApp(config, fakePorts(), nobodySignsIn, [...allServices, toyService, broken]);
  await app.ready();
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** What stilts finds wrong with a VOTable, by its schema and its rules. Rejects what is no XML. */
async function lint(text: string): Promise<string> {
  const path = await fileOf('error.xml', text);
  await run('xmllint', ['--noout', '--nonet', path]);
  const { stdout, stderr } = await run('stilts', ['votlint', `votable=${path}`]);
  return (stdout + stderr).trim();
}

/** The text of QUERY_STATUS=ERROR as an XML parser reads it; empty if there is none. */
async function queryError(text: string): Promise<string> {
  const path = await fileOf('error.xml', text);
  const at =
    'string(//*[local-name()="RESOURCE"][@type="results"][not(*[local-name()="TABLE"])]/*[local-name()="INFO"][@name="QUERY_STATUS"][@value="ERROR"])';
  return (await run('xmllint', ['--nonet', '--xpath', at, path])).stdout.trim();
}

const form = (payload: string, type = 'application/x-www-form-urlencoded'): InjectOptions => ({
  ...{ method: 'POST', url: '/api/toy/sync', payload },
  headers: { 'content-type': type },
});

describe('a new service', () => {
  it('is declared in under 40 lines', async () => {
    const text = await readFile(join(import.meta.dirname, 'toy-service.ts'), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThan(40);
  });

  it.each<[string, string | InjectOptions]>([
    ['GET', '/api/toy/sync?SIDE=3'],
    ['GET, name in lower case', '/api/toy/sync?side=3'],
    ['GET of its alias', '/api/square/sync?SIDE=3'],
    ['a form', form('SIDE=3')],
    [
      'a multipart form',
      form(
        '--x\r\nContent-Disposition: form-data; name="SIDE"\r\n\r\n3\r\n--x--\r\n',
        'multipart/form-data; boundary=x',
      ),
    ],
  ])('answers %s', async (_name, request) => {
    const reply = await app.inject(request);
    expect([reply.statusCode, reply.headers['content-type'], reply.body]).toEqual([
      200,
      'text/csv',
      'area\n9\n',
    ]);
  });

  it('answers HEAD without a body, and 204 where there is nothing', async () => {
    const head = await app.inject({ method: 'HEAD', url: '/api/toy/sync?SIDE=3' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    const nothing = await app.inject('/api/toy/sync?SIDE=0');
    expect([nothing.statusCode, nothing.headers['vignet-reason']]).toEqual([204, 'no area']);
  });

  it('has valid capabilities of a standard of the authority, also below its alias', async () => {
    const top = '{http://www.ivoa.net/xml/VOSICapabilities/v1.0}capabilities';
    const { body } = await app.inject('/api/toy/capabilities');
    const path = await fileOf('capabilities.xml', body);
    const report = await run('stilts', [
      ...['xsdvalidate', 'uselocals=true', 'verbose=true'],
      ...[`doc=${path}`, `topel=${top}`],
    ]);
    expect(report.stdout + report.stderr).toContain('Validation OK');
    expect(body).toContain('<capability standardID="ivo://example.org/std/toy#sync-1.0">');
    expect(body).toContain('<accessURL use="full">http://localhost:80/api/toy/sync</accessURL>');
    expect(body).toContain('<resultType>text/csv</resultType>');
    expect((await app.inject('/api/square/capabilities')).body).toBe(body);
  });

  it('is available, and has an example that works', async () => {
    expect((await app.inject('/api/toy/availability')).body).toContain('available>true<');
    const { body } = await app.inject('/api/toy/examples');
    await run('xmllint', ['--noout', '--nonet', await fileOf('examples.xml', body)]);
    const [, link = ''] = /href="http:\/\/localhost:80([^"]*)"/.exec(body) ?? [];
    expect((await app.inject(link)).body).toBe('area\n9\n');
    expect(body).toContain('id="toy-1"');
  });

  it('is in the API description, once', async () => {
    interface Operation {
      readonly tags: readonly string[];
      readonly parameters: readonly { readonly name: string; readonly required: boolean }[];
      readonly responses: Record<string, { readonly content?: Record<string, unknown> }>;
    }
    const api = (await app.inject('/openapi.json')).json<{
      tags: { name: string; description: string }[];
      paths: Record<string, { get: Operation; post: Operation }>;
    }>();
    expect(api.tags).toContainEqual({ name: 'toy', description: 'Areas of squares' });
    const { get, post } = api.paths['/api/toy/sync'] ?? {};
    expect(get?.parameters).toMatchObject([{ name: 'SIDE', required: true }]);
    expect(Object.keys(get?.responses ?? {})).toEqual(['200', '204', '304', '400', '404', '500', '503']);
    expect(Object.keys(get?.responses['400']?.content ?? {})).toContain('application/x-votable+xml');
    expect(post?.tags).toEqual(['toy']);
    expect(Object.keys(api.paths).filter((path) => path.startsWith('/api/toy/'))).toHaveLength(4);
    expect(Object.keys(api.paths).filter((path) => path.includes('square'))).toEqual([]);
  });

  it('has its line on the landing page, with a request that works', async () => {
    const { body } = await app.inject('/');
    expect(body).toContain('<b>toy</b> Areas of squares: ');
    const [, link = ''] = /<b>toy<\/b>[^<]*<a href="\.([^"]*)">sample</.exec(body) ?? [];
    expect((await app.inject(link)).statusCode).toBe(200);
  });
});

it('a region is read once, and reaches the product as what it was read to', async () => {
  const read = vi.spyOn(pos, 'parse');
  const stencils: unknown[] = [];
  const watched = await fakeApp(async ({ stencil }) => {
    stencils.push(stencil);
    return new FakeAnswer(pixels);
  });
  await watched.inject(`/api/cutout/sync?ID=${encodedId}&POS=CIRCLE%2010%2020%200.1`);
  await watched.close();
  expect(stencils).toEqual([{ shape: 'circle', values: [10, 20, 0.1] }]);
  expect(read).toHaveBeenCalledOnce();
  expect(read).toHaveReturnedWith(stencils[0]);
  read.mockRestore();
});

it('stacks are also time series', async () => {
  const { body } = await app.inject('/api/timeseries/capabilities');
  expect(body).toContain('<accessURL use="full">http://localhost:80/api/stack/sync</accessURL>');
  expect((await app.inject('/api/timeseries/sync?RA=1&DEC=2')).statusCode).toBe(200);
});

describe('errors as DALI VOTables', () => {
  it.each<[string, string | InjectOptions, number, string | RegExp]>([
    [
      'a missing parameter',
      '/api/toy/sync',
      400,
      'expected a value for SIDE, received none; give for example SIDE=3',
    ],
    [
      'a bad value',
      '/api/toy/sync?SIDE=%3Cx%3E%26',
      400,
      /^expected one number from 0 to 100 for SIDE, received '<x>&': /,
    ],
    [
      'control characters',
      '/api/toy/sync?SIDE=%00%0A',
      400,
      /^expected one number from 0 to 100 for SIDE, received '/,
    ],
    ['a repeated parameter', '/api/toy/sync?SIDE=1&side=2', 400, /^expected one value for SIDE, received 2/],
    ['an unknown parameter', '/api/toy/sync?SIDE=1&SIZE=2', 400, /did you mean SIDE\?/],
    [
      'below the alias',
      '/api/square/sync?SIDE=x',
      400,
      /^expected one number from 0 to 100 for SIDE, received 'x'/,
    ],
    ['another method', { method: 'PUT', url: '/api/toy/sync' }, 405, /PUT/],
    ['a body of no form', form('{}', 'application/json'), 415, /x-www-form-urlencoded/],
    ['a broken multipart', form('nothing', 'multipart/form-data; boundary=x'), 400, /multipart/],
    ['a URL too long', `/api/toy/sync?SIDE=${'1'.repeat(2000)}`, 414, /send the parameters by POST/],
    ['a bug', '/api/broken/sync?SIDE=1', 500, /the log says more$/],
  ])('%s', async (_name, request, status, text) => {
    const reply = await app.inject(request);
    expect(reply.statusCode).toBe(status);
    expect(reply.headers['content-type']).toBe('application/x-votable+xml');
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(await lint(reply.body)).toBe('');
    if (typeof text === 'string') expect(await queryError(reply.body)).toBe(text);
    else expect(await queryError(reply.body)).toMatch(text);
    expect(reply.body).not.toContain('/secret/path');
  });

  it('would be found out if they were not valid', async () => {
    const right = votable.document(faultOf(usageError('BAD_VALUE', 'no')));
    expect(await lint(right)).toBe('');
    expect(await lint(right.replaceAll('INFO', 'INF'))).toContain('INF');
    await expect(lint(right.replace('</VOTABLE>', ''))).rejects.toThrow();
  });

  it('leave the other services as they are', async () => {
    const reply = await app.inject(`${good}&CIRCLE=1%202%203`);
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(reply.body).toMatch(/^MultiValuedParamNotSupported: /);
  });
});

// The contract of an error form, for both.
describe.each([
  ['SODA text', sodaText],
  ['a DALI VOTable', votable],
])('%s', (_name, errors) => {
  const faults = [
    new VignetError('usage', 'BAD_VALUE', "A='<&\u0000': wrong"),
    new VignetError('usage', 'MULTI_VALUED', 'twice'),
    new VignetError('usage', 'UNAUTHENTICATED', 'sign in'),
    new VignetError('usage', 'FORBIDDEN', 'not open'),
    new VignetError('usage', 'UNKNOWN_ID', 'no dataset'),
    new VignetError('transient', 'BUSY', 'ask again'),
    new VignetError('data', 'TRUNCATED', 'HDU 2 ends early'),
    new VignetError('fatal', 'WORKER_DIED', 'secret'),
    new Error('secret'),
  ].map(faultOf);

  it('says every message, and nothing of what failed inside', () => {
    const texts = faults.map((fault) => errors.document(fault));
    for (const [at, word] of ['wrong', 'twice', 'sign in', 'not open', 'no dataset', 'ask again'].entries())
      expect(texts[at]).toContain(word);
    expect(texts.join('')).not.toContain('secret');
    for (const text of texts) expect(text.endsWith('\n')).toBe(true);
  });

  it('is described for every status of its own', () => {
    for (const status of [400, 404, 503]) expect(errors.statuses[status]).toMatch(/\w/);
  });
});

it('faults have the statuses of HTTP, and say when asking again may help', () => {
  const of = <Kind extends ErrorKind>(kind: Kind, code: CodeOf<Kind>) => {
    const { status, ours, retryAfter } = faultOf(new VignetError(kind, code, ''));
    return [status, ours, retryAfter];
  };
  expect(of('usage', 'BAD_VALUE')).toEqual([400, false, undefined]);
  expect(of('usage', 'UNKNOWN_ID')).toEqual([404, false, undefined]);
  expect(of('usage', 'UNAUTHENTICATED')).toEqual([401, false, undefined]);
  expect(of('usage', 'FORBIDDEN')).toEqual([403, false, undefined]);
  expect(of('data', 'OUTSIDE_ROOT')).toEqual([500, true, undefined]);
  expect(of('data', 'TRUNCATED')).toEqual([500, true, undefined]);
  expect(of('transient', 'BUSY')).toEqual([503, false, 5]);
  expect(of('fatal', 'INTERNAL')).toEqual([500, true, undefined]);
});

it('a sentence of any length and script fits into a header', () => {
  expect(asHeader('no image at 3 °')).toBe('no image at 3 ?');
  for (const sentence of ['x'.repeat(100_000), '…'.repeat(100_000), 'ß\r\nSet-Cookie: a'])
    expect(asHeader(sentence)).toMatch(/^[ -~]{1,2000}$/);
});

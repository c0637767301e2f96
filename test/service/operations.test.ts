// Pages and numbers about the service itself.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildApp } from '../../src/service/app.ts';
import { loadConfig } from '../../src/service/config.ts';
import { landingHtml } from '../../src/service/operations/landing.ts';
import { allServices } from '../../src/service/services.ts';
import { sodaList } from '../../src/vo/soda/parameters.ts';
import { fakeApp, fakePorts, good } from './fake.ts';

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: { readonly properties: Record<string, unknown> } }>;
  };
  readonly responses: Record<string, unknown>;
}

describe('the service', () => {
  let app: Awaited<ReturnType<typeof fakeApp>>;
  beforeAll(async () => {
    app = await fakeApp();
  });
  afterAll(() => app.close());

  it('describes itself in OpenAPI 3.1, every parameter by name', async () => {
    const reply = await app.inject('/openapi.json');
    const api = reply.json<{
      openapi: string;
      servers: { url: string }[];
      paths: Record<string, Record<string, Operation>>;
    }>();
    expect(api.openapi).toMatch(/^3\.1\./);
    expect(api.servers).toEqual([{ url: 'http://localhost:80' }]);
    const names = sodaList.map((one) => one.name).sort();
    const { get, post } = api.paths['/api/cutout/sync'] ?? {};
    expect(get?.parameters?.map((one) => one.name).sort()).toEqual(names);
    expect(get?.parameters?.filter((one) => one.required).map((one) => one.name)).toEqual(['ID']);
    for (const [type, { schema }] of Object.entries(post?.requestBody?.content ?? {})) {
      expect(Object.keys(schema.properties).sort(), type).toEqual(names);
    }
    expect(Object.keys(post?.requestBody?.content ?? {})).toContain('multipart/form-data');
    for (const status of ['200', '204', '400', '404', '503']) expect(get?.responses).toHaveProperty(status);
    for (const path of ['capabilities', 'availability', 'examples'])
      expect(api.paths).toHaveProperty([`/api/cutout/${path}`]);
  });

  it('shows that at /docs, with a policy that lets the page work', async () => {
    const page = await app.inject('/docs');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const [, asset = ''] of page.body.matchAll(/(?:src|href)="(\.?\/?[^"]*static\/[^"]+)"/g)) {
      const url = new URL(asset, 'http://localhost/docs/').pathname;
      expect((await app.inject(url)).statusCode, url).toBe(200);
    }
    expect(page.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect((await app.inject('/docs/json')).json()).toHaveProperty('servers');
  });

  it('counts at /metrics', async () => {
    await app.inject(good);
    await app.inject(`${good}&TIME=x`);
    const text = (await app.inject('/metrics')).body;
    expect(text).toMatch(/process_resident_memory_bytes \d+/);
    expect(text).toMatch(
      /vignet_request_seconds_count\{method="GET",route="\/api\/cutout\/sync",status="200"\} [1-9]/,
    );
    expect(text).toMatch(
      /vignet_request_seconds_count\{method="GET",route="\/api\/cutout\/sync",status="400"\} [1-9]/,
    );
    expect(text).toMatch(/vignet_answer_bytes_total\{route="\/api\/cutout\/sync"\} [1-9]/);
  });

  it('is healthy', async () => {
    expect((await app.inject('/healthz')).json()).toMatchObject({ status: 'ok', version: '0.0.0-test' });
  });

  it('shows what it holds', async () => {
    const reply = await app.inject('/');
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(reply.body).toContain('1,234 datasets');
    expect(reply.body).toContain('Sample &lt;&amp;&gt;');
    const picture = /img src="([^"]*)"/.exec(reply.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const url = new URL(picture, 'http://localhost/');
    expect((await app.inject(url.pathname + url.search)).statusCode).toBe(200);
    const curl =
      /curl -o cutout\.fits &#39;http:\/\/localhost:80(.*?)&#39;/
        .exec(reply.body)?.[1]
        ?.replaceAll('&amp;', '&') ?? '';
    expect((await app.inject(curl)).statusCode).toBe(200);
  });
});

it.each([
  ['https://data.example/images', '', '/images/docs/static/'],
  ['https://data.example/images', '/images', '/images/docs/static/'],
  ['https://data.example/a/b', '/b', '/a/b/docs/static/'],
  ['https://data.example', '', '/docs/static/'],
])('at %s with prefix %j the assets of /docs are at %s', async (VIGNET_BASE_URL, VIGNET_PATH_PREFIX, assets) => {
  const app = await fakeApp(undefined, { VIGNET_BASE_URL, VIGNET_PATH_PREFIX });
  expect((await app.inject(`${VIGNET_PATH_PREFIX}/docs`)).body).toContain(
    `src="${assets}swagger-ui-bundle.js"`,
  );
  await app.close();
});

it('an empty archive has a page too', () => {
  expect(landingHtml({ datasets: 0, collections: [], samples: [] }, 'http://x', '1', allServices)).toContain(
    'has no datasets yet',
  );
});

it('a service that cannot work says so, and not why', async () => {
  const ports = { ...fakePorts(), check: () => Promise.reject(new Error('/secret/path')) };
  const app = await buildApp(loadConfig({ LOG_LEVEL: 'silent' }, {}), ports);
  const [health, availability] = [await app.inject('/healthz'), await app.inject('/api/cutout/availability')];
  expect(health.statusCode).toBe(503);
  expect(availability.body).toContain('<vosi:available>false</vosi:available>');
  expect(health.body + availability.body).not.toContain('secret');
  await app.close();
});

it('a process that cannot look at its memory, for want of a descriptor, goes on', async () => {
  const look = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
    throw Object.assign(new Error('EMFILE: too many open files, uv_resident_set_memory'), { code: 'EMFILE' });
  });
  const app = await fakeApp(undefined, { VIGNET_MAX_RSS_MB: 1 });
  expect((await app.inject(good)).statusCode).toBe(200);
  expect(look).toHaveBeenCalled();
  look.mockRestore();
  await app.close();
});

it('too much memory gives 503 and Retry-After, while health stays reachable', async () => {
  const app = await fakeApp(undefined, { VIGNET_MAX_RSS_MB: 1 });
  // Memory is looked at from time to time.
  let reply = await app.inject(good);
  while (reply.statusCode === 200) {
    await new Promise(setImmediate);
    reply = await app.inject(good);
  }
  expect(reply.statusCode).toBe(503);
  expect(reply.body).toMatch(/^ServiceUnavailable: /);
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  expect((await app.inject('/healthz')).statusCode).toBe(200);
  await app.close();
});

// Emitted URLs begin with the public address; under a path prefix everything answers the same.
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/service/config.ts';
import { fakeApp, good } from './fake.ts';

const capabilities = '/api/cutout/capabilities';

async function baseOf(
  settings: Parameters<typeof fakeApp>[1],
  headers: Record<string, string> = {},
  url = capabilities,
) {
  const app = await fakeApp(undefined, settings);
  const reply = await app.inject({ url, headers: { host: 'here.example:81', ...headers } });
  await app.close();
  return /accessURL use="full">([^<]*)\/api\/cutout\/sync</.exec(reply.body)?.[1];
}

const trusted = { VIGNET_TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1' };

it('the request says where it came if that is this machine, unless the configuration does', async () => {
  expect(await baseOf({})).toBe('http://localhost:8080');
  expect(await baseOf({}, { host: '127.0.0.1:81' })).toBe('http://127.0.0.1:81');
  expect(await baseOf({ HOST: 'here.example' })).toBe('http://here.example:81');
  expect(await baseOf(trusted)).toBe('http://here.example:81');
  expect(await baseOf({ VIGNET_BASE_URL: 'https://data.example/images/' })).toBe(
    'https://data.example/images',
  );
  expect(await baseOf({}, { host: 'evil"<x>' })).toBe('http://localhost:8080');
});

it('only trusted proxies are believed', async () => {
  const forwarded = {
    forwarded: 'for=1.2.3.4;host=evil.example, for=5.6.7.8;proto=https;host="pub.example:444"',
  };
  const x = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'x.example', 'x-forwarded-prefix': '/outer' };
  expect(await baseOf({}, { ...forwarded, ...x })).toBe('http://localhost:8080');
  expect(await baseOf(trusted, forwarded)).toBe('https://pub.example:444');
  expect(await baseOf(trusted, x)).toBe('https://x.example/outer');
  expect(await baseOf(trusted, { ...x, 'x-forwarded-prefix': '//evil' })).toBe('https://x.example');
});

it('answers are the same under a path prefix', async () => {
  const [plain, under] = [await fakeApp(), await fakeApp(undefined, { VIGNET_PATH_PREFIX: '/deep/images/' })];
  const paths = [
    good,
    `${good}&TIME=x`,
    capabilities,
    '/api/cutout/availability',
    '/api/cutout/examples',
    '/openapi.json',
    '/',
    '/docs',
    '/docs/static/index.css',
  ];
  for (const path of paths) {
    const [a, b] = [await plain.inject(path), await under.inject(`/deep/images${path}`)];
    expect(b.statusCode, path).toBe(a.statusCode);
    const cleaned = b.body
      .replaceAll('localhost:80/deep/images', 'localhost:80')
      .replaceAll('/deep/images/', '/');
    const steady = (text: string) => text.replace(/upSince>[^<]*/, '');
    expect(steady(cleaned), path).toBe(steady(a.body));
  }
  expect((await under.inject(good)).statusCode).toBe(404);
  const slash = await under.inject('/deep/images');
  expect([slash.statusCode, slash.headers.location]).toEqual([308, 'images/']);
  await plain.close();
  await under.close();
});

it('without a setting the service listens to this machine only', () => {
  expect(loadConfig({}, {}).HOST).toBe('127.0.0.1');
  expect(loadConfig({}, { HOST: '0.0.0.0' }).HOST).toBe('0.0.0.0');
});

it('settings are checked', () => {
  const wrong = (settings: Record<string, string>, fragment: RegExp) =>
    expect(() => loadConfig({}, settings)).toThrow(fragment);
  wrong({ PORT: 'eighty' }, /PORT/);
  wrong({ PORT: '70000' }, /PORT/);
  wrong({ VIGNET_BASE_URL: 'nonsense' }, /VIGNET_BASE_URL/);
  wrong({ VIGNET_BASE_URL: 'ftp://a.b/' }, /VIGNET_BASE_URL/);
  wrong({ VIGNET_PATH_PREFIX: 'no slash' }, /VIGNET_PATH_PREFIX/);
  wrong({ LOG_LEVEL: 'loud' }, /LOG_LEVEL/);
  expect(loadConfig({}, { PORT: '81' }).PORT).toBe(81);
  expect(loadConfig({ PORT: 82 }, { PORT: '81' }).PORT).toBe(82);
});

it('proxies that are no addresses are refused', async () => {
  await expect(fakeApp(undefined, { VIGNET_TRUSTED_PROXIES: 'everybody' })).rejects.toThrow(
    /VIGNET_TRUSTED_PROXIES/,
  );
});

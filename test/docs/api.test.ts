// The API's description and the settings' schema as they lie in docs/api are those that the code gives, so that a change of the
// public interface is seen in review. `npm run docs:api` writes them anew.
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { softwareVersion } from '../../src/base/software.ts';
import { buildApp } from '../../src/service/app.ts';
import { loadConfig, settingsSchema } from '../../src/service/config.ts';
import { fakePorts } from '../service/fake.ts';
import { root } from './blocks.ts';

const asFile = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const file = (name: string) => resolve(root, 'docs/api', name);

it('docs/api/openapi.json', async () => {
  const config = loadConfig({ LOG_LEVEL: 'silent', VIGNET_BASE_URL: 'http://localhost:8080' }, {});
  const app = await buildApp(config, { ...fakePorts(), version: softwareVersion });
  const { body } = await app.inject('/openapi.json');
  await app.close();
  await expect(asFile(JSON.parse(body))).toMatchFileSnapshot(file('openapi.json'));
});

it('docs/api/configuration.schema.json', async () => {
  await expect(asFile(settingsSchema())).toMatchFileSnapshot(file('configuration.schema.json'));
});

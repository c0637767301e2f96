// docs/configuration.md names every setting with its default, and no setting that is not there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeConfiguration } from '../../src/service/config.ts';
import { root } from './blocks.ts';

it('every setting of the service is in docs/configuration.md, with its default', () => {
  const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \|([^|]*)\|[^|]+\|$/gm)].map(([, name, value = '']) => [
    name,
    value.trim(),
  ]);
  const settings = describeConfiguration().map(({ name, default: value }) => [name, value]);
  expect(rows.sort()).toEqual(settings.sort());
});

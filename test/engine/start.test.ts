// Threads may be ended at any moment, also while they start.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const pool = new URL('../../dist/engine/pool.js', import.meta.url).href;
const program = `
  import { Pool } from ${JSON.stringify(pool)};
  for (let i = 0; i < 15; i++) await new Pool(2).close();
  console.log('whole');
`;

it('a pool that is closed as soon as it is made takes nothing with it', async () => {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
  expect(stdout).toBe('whole\n');
});

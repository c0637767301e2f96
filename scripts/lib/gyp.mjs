// Builds the addon by binding.gyp in a folder of its own and checks that it exports what the CMake build exports.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { rooms } from './rooms.mjs';
import { fail, root, run } from './steps.mjs';

const folder = join(root, 'build/gyp');
/** The prefix of this Node's installation, which has its headers. */
const node = resolve(dirname(process.execPath), '..');

/** Whether each file is compiled alone, as users of binding.gyp do and CMake does not: each must include what it uses. */
const alone = process.argv.includes('--alone');

/** The core's sources, those of a folder joined to one. */
function joinRooms(list) {
  const joined = rooms(list).map(([room, files]) => {
    const file = `native/joined_${room.replaceAll('/', '_')}.cc`;
    writeFileSync(join(folder, file), files.map((one) => `#include "../${one}"\n`).join(''));
    return file;
  });
  writeFileSync(join(folder, list), `${joined.join('\n')}\n`);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const name of ['native', 'binding.gyp', 'package.json'])
  cpSync(join(root, name), join(folder, name), { recursive: true });
symlinkSync('../../node_modules', join(folder, 'node_modules'));
if (!alone) joinRooms('native/sources.txt');
// Nor is it asked how fast it is: unoptimised.
const gyp = join(folder, 'binding.gyp');
writeFileSync(gyp, readFileSync(gyp, 'utf8').replace('"-O3"', '"-O0"'));

const env = { ...process.env, JOBS: '2' };
run('npx', ['node-gyp', 'rebuild', '--silent', `--nodedir=${node}`], { cwd: folder, env });

const require = createRequire(import.meta.url);
const [ours, theirs] = [join(root, 'build/Release'), join(folder, 'build/Release')].map((one) =>
  Object.keys(require(join(one, 'vignet.node')))
    .sort()
    .join(' '),
);
if (ours !== theirs) fail(`exports differ:\n${ours}\n${theirs}`);
console.log(`both export: ${ours}`);

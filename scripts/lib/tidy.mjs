// clang-tidy over the core, by .clang-tidy; the files of a room are looked at together, as one.
// `--deep` lets the analyser follow as many paths as it likes (225,000 nodes a function, 9 minutes of two cores); without, an eighth.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rooms } from './rooms.mjs';
import { root } from './steps.mjs';

const folder = join(root, 'build/tidy');

/** One after another in one text, as the analyser wants its main file; `origin` tells where a line of it comes from. */
function joined(room, files) {
  const path = join(folder, `${room.replaceAll('/', '_')}.cc`);
  const origins = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .map((text, i) => ({ text, place: `${file}:${i + 1}` })),
  );
  const lines = origins.map(({ text }) => (text === '#pragma once' ? '' : text));
  writeFileSync(path, lines.join('\n'));
  return { path, origin: (line) => origins[line - 1]?.place ?? path };
}

/** Resolves to what clang-tidy finds in a room; empty if nothing. */
function tidy([room, files], flags) {
  const { path, origin } = joined(room, files);
  return new Promise((resolve) => {
    const args = ['--quiet', `--config-file=${join(root, '.clang-tidy')}`, path, '--', ...flags];
    const child = spawn('clang-tidy-14', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('close', (code) => {
      const said = output.replaceAll(new RegExp(`${path}:(\\d+)`, 'g'), (_, line) => origin(Number(line)));
      resolve(code === 0 ? '' : `${room}:\n${said}`);
    });
  });
}

const packages = spawnSync('pkg-config', ['--cflags-only-I', 'cfitsio', 'wcslib', 'libdeflate', 'erfa'], {
  encoding: 'utf8',
});
const includes = packages.stdout
  .split(/\s+/)
  .filter(Boolean)
  .map((flag) => flag.replace(/^-I/, '-isystem'));
const nodes = ['-analyzer-config', 'max-nodes=30000'].flatMap((word) => ['-Xclang', word]);
const flags = ['-std=c++20', '-Inative', ...includes, ...(process.argv.includes('--deep') ? [] : nodes)];

mkdirSync(folder, { recursive: true });
const waiting = rooms('native/sources.txt');
const next = async () => {
  const found = [];
  for (let room = waiting.shift(); room; room = waiting.shift()) found.push(await tidy(room, flags));
  return found;
};
const found = (await Promise.all([next(), next()])).flat().filter(Boolean);
rmSync(folder, { recursive: true });
console.log(found.join('\n'));
process.exitCode = found.length ? 1 : 0;

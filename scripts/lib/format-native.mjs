// clang-format over all C++; with --check nothing is written and a difference is a failure.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root } from './steps.mjs';

const files = ['native', 'bench/native'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(h|cc|inc)$/.test(name))
    .map((name) => join(folder, name)),
);
const mode = process.argv.includes('--check') ? ['--dry-run', '--Werror'] : ['-i'];
const { error, status } = spawnSync('clang-format-14', ['--style=file', ...mode, ...files], {
  cwd: root,
  stdio: 'inherit',
});
if (error) fail(`clang-format-14 could not be run (${error.message}); install the package clang-format-14`);
process.exitCode = status ?? 1;

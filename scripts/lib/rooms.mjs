// The folders of the C++ sources. Most of the time that a compiler or clang-tidy spends on a file goes into the standard library's
// headers, so where all is looked at once the files of a folder are read as one; a folder therefore has each name once.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './steps.mjs';

/** [folder, files] of a list of sources, most files first. What is compiled for other instructions is a folder of its own. */
export function rooms(list) {
  const found = new Map();
  for (const file of readFileSync(join(root, list), 'utf8').trim().split('\n')) {
    const room = dirname(file) + (file.endsWith('_lanes.cc') ? '_lanes' : '');
    found.set(room, [...(found.get(room) ?? []), file]);
  }
  return [...found].sort(([, a], [, b]) => b.length - a.length);
}

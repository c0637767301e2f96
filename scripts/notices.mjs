// THIRD-PARTY.md: what an installed Vignet consists of besides its own code, with licences, from package-lock.json. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/steps.mjs';

const path = join(root, 'THIRD-PARTY.md');

/** Linked into the addon, or inside a prebuilt package: no lock file knows of these. */
const LIBRARIES = [
  [
    'cfitsio',
    'CFITSIO (permissive, NASA)',
    'linked by the addon, dynamically',
    'https://heasarc.gsfc.nasa.gov/fitsio/',
  ],
  [
    'wcslib',
    'LGPL-3.0-or-later',
    'linked by the addon, dynamically',
    'https://www.atnf.csiro.au/computing/software/wcs/',
  ],
  ['libdeflate', 'MIT', 'linked by the addon, dynamically', 'https://github.com/ebiggers/libdeflate'],
  ['ERFA', 'BSD-3-Clause', 'linked by the addon, dynamically', 'https://github.com/liberfa/erfa'],
  [
    'libvips and 27 libraries',
    'LGPL-3.0-or-later, and others',
    'in the packages @img/sharp-libvips-*, which list them',
    'https://github.com/lovell/sharp-libvips',
  ],
  ['SQLite', 'public domain', 'in the package node-sqlite3-wasm', 'https://sqlite.org'],
  ['DuckDB', 'MIT', 'in the packages @duckdb/node-bindings-*', 'https://duckdb.org'],
];

function packages() {
  const { packages: all } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const byLicense = new Map();
  for (const [where, { version, license, dev }] of Object.entries(all)) {
    if (!where || dev) continue;
    const name = where.slice(where.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const known = byLicense.get(license ?? 'not stated') ?? new Set();
    byLicense.set(license ?? 'not stated', known.add(`${name} ${version}`));
  }
  return [...byLicense].sort(([one], [other]) => (one < other ? -1 : 1));
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const text = [
  '# Third-party software',
  '',
  'What an installed Vignet consists of besides its own code, which is BSD-3-Clause. Texts of the licences are in the',
  'packages themselves. `npm run notices` writes this file from the lock file; packages for other platforms are listed',
  'too, though only one is installed. The published package contains a CycloneDX list, `dist/sbom.cdx.json`.',
  '',
  '## Libraries',
  '',
  row(['library', 'licence', 'how it is used', 'source']),
  '|---|---|---|---|',
  ...LIBRARIES.map(row),
  '',
  '## npm packages',
  '',
  row(['licence', 'packages']),
  '|---|---|',
  ...packages().map(([license, names]) => row([license, [...names].sort().join(', ')])),
  '',
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    console.error('vignet: THIRD-PARTY.md is not of this package-lock.json; run: npm run notices');
    process.exitCode = 1;
  }
} else writeFileSync(path, text);

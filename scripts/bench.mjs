// npm run bench -- [--quick] [--only CLAIM]… [--json FILE]: every claim beside its peer, as a table.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchPrograms } from './lib/core-builds.mjs';
import { build, fail, root, run, say, TEST_PACKAGES } from './lib/steps.mjs';

function options() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        json: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    console.error(
      `vignet: ${error.message}\nusage: npm run bench -- [--quick] [--only CLAIM]… [--json FILE]`,
    );
    process.exit(2);
  }
}

function peers() {
  say('bench programs');
  for (const args of benchPrograms) run('cmake', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** One full-size detector image. */
async function image() {
  const folder = join(root, '.vignet', 'bench-data');
  const find = () =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.fits'))
      : undefined;
  if (!find()) {
    say('bench image');
    const { simulate } = await import(join(root, 'dist/simulate/index.js'));
    await simulate({ out: folder, preset: 'bench', visits: 1, bands: ['r'], types: ['visit_image'] });
  }
  return { folder, path: find() };
}

const seconds = (value) =>
  value >= 1
    ? `${value.toFixed(2)} s`
    : value >= 1e-3
      ? `${(value * 1e3).toFixed(2)} ms`
      : `${(value * 1e6).toFixed(1)} µs`;

function table(rows) {
  const cells = [
    ['claim', 'ours', 'peer', 'ratio', 'n', 'min', 'max', 'peer is'],
    ...rows.map((row) => [
      row.claim,
      seconds(row.ours),
      seconds(row.peer),
      `${row.ratio.toFixed(1)} x`,
      String(row.n),
      seconds(row.min),
      seconds(row.max),
      row.peer_name,
    ]),
  ];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [
    line(cells[0]),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...cells.slice(1).map(line),
  ].join('\n');
}

/** The programs that claims are measured against. */
const PEER_PACKAGES = ['montage', 'swarp', 'postgresql-15-pgsphere'];

const { quick, only, json } = options();
build([...TEST_PACKAGES, ...PEER_PACKAGES]);
peers();
const context = { root, quick, file: await image() };
register('./lib/bench-loader.mjs', import.meta.url);

const files = readdirSync(join(root, 'bench'))
  .filter((name) => name.endsWith('.bench.ts'))
  .sort();
const claims = [];
for (const file of files) claims.push((await import(join(root, 'bench', file))).default);
const unknown = only.find((name) => !claims.some((claim) => claim.name === name));
if (unknown)
  fail(`no claim is called '${unknown}'; there are ${claims.map((claim) => claim.name).join(', ')}`);

const { measure } = await import(join(root, 'bench/support/claim.ts'));
const rows = [];
for (const claim of claims.filter(({ name }) => only.length === 0 || only.includes(name))) {
  rows.push(await measure(claim, context));
}
console.log(
  `\n${table(rows)}\n\n${rows[0]?.machine}; ${Object.entries(rows[0]?.versions ?? {})
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}`,
);
for (const { claim, notes } of rows) if (notes) console.log(`${claim}: ${notes}`);
if (json) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
process.exit(0);

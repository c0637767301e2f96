// Makes src/vo/adql/parser.ts of its grammar. It is committed, as all that reads src needs it; a test holds it true to the grammar.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/vo/adql', import.meta.url));

/** The parser as text. */
export async function generated() {
  const { default: peggy } = await import('peggy');
  const code = peggy.generate(readFileSync(join(folder, 'adql.peggy'), 'utf8'), {
    output: 'source',
    format: 'es',
    allowedStartRules: ['Statement', 'SearchCondition'],
  });
  return `// @ts-nocheck: made from adql.peggy by 'npm run grammar:write'; change the grammar, not this.\n${code}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(folder, 'parser.ts'), await generated());

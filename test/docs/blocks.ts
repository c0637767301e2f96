// The fenced blocks of the documentation.
//
// A block is run by a test when its info string says so: ```sh test, ```js test, ```python test. It runs in a folder of
// its own, with http://localhost:8080 replaced by a service on the sample archive, .vignet/sample/archive by that
// archive, and `npx vignet` by this checkout's command; it must end with exit code 0. Other blocks may show what cannot
// be run anywhere (somebody's folders, an ellipsis), but only commands, options, scripts and paths that exist.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface Block {
  /** Such as `README.md:29`. */
  readonly place: string;
  readonly language: string;
  readonly marked: boolean;
  readonly text: string;
}

function pages(): string[] {
  const below = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return [...readdirSync(root), ...below].filter((name) => name.endsWith('.md'));
}

function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string[]; fence: string; lines: string[] } | undefined;
  for (const [n, line] of readFileSync(join(root, page), 'utf8').split('\n').entries()) {
    const [, fence, info = ''] = /^\s*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (!open && fence) open = { line: n + 1, info: info.trim().split(/\s+/), fence, lines: [] };
    else if (open && fence === open.fence && info.trim() === '') {
      const [language = '', ...marks] = open.info;
      const place = `${page}:${open.line}`;
      blocks.push({ place, language, marked: marks.includes('test'), text: open.lines.join('\n') });
      open = undefined;
    } else open?.lines.push(line);
  }
  if (open) throw new Error(`${page}:${open.line}: a block that does not end`);
  return blocks;
}

export const blocks = pages().flatMap(blocksOf);

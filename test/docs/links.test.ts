// Every relative link in every Markdown page of the repository leads to a file, a folder with a README, or a heading.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './blocks.ts';

const { deadLinks, pages } = (await import('../../scripts/lib/markdown.mjs' as string)) as {
  deadLinks(root: string, page: string): string[];
  pages(root: string): string[];
};

describe('links', () => {
  it.each(pages(root))('of %s', (page) => expect(deadLinks(root, page)).toEqual([]));

  it('lead from the list of docs, which is the sidebar of the site, to every page there', () => {
    const lists = ['docs/index.md', 'docs/decisions/README.md'];
    const listed = lists.flatMap((list) =>
      [...readFileSync(join(root, list), 'utf8').matchAll(/\]\(([^)]+\.md)\)/g)].map((match) =>
        join(dirname(list), match[1] ?? ''),
      ),
    );
    const all = pages(root).filter((page) => page.startsWith('docs/') && page !== 'docs/index.md');
    expect(all.filter((page) => !listed.includes(page))).toEqual([]);
  });

  it('that are dead are noticed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vignet-links-'));
    const text =
      '# One page\n[a](none.md) [b](#two) [c](#one-page) [d](p.md#x) `[e](code.md)`\n```\n[f](code.md)\n```\n';
    writeFileSync(join(folder, 'p.md'), text);
    expect(deadLinks(folder, 'p.md')).toEqual([
      'p.md: none.md does not exist',
      'p.md: p.md#x names a heading that is not there',
      'p.md: #two names a heading that is not there',
    ]);
    rmSync(folder, { recursive: true });
  });
});

// The documentation site. scripts/docs.mjs lays out its pages first; the sidebar is the list in docs/index.md.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const pages = join(import.meta.dirname, '../../.vignet/docs/pages');

/** A group of the sidebar for each heading of docs/index.md, an entry for each link of its list. */
function themes() {
  const groups = [];
  for (const line of readFileSync(join(pages, 'docs/index.md'), 'utf8').split('\n')) {
    const [, heading] = /^## (.+)$/.exec(line) ?? [];
    if (heading) groups.push({ text: heading, collapsed: false, items: [] });
    const [, text, target] = /^- \[([^\]]+)\]\(([^)]+)\)/.exec(line) ?? [];
    if (text) groups.at(-1).items.push({ text, link: new URL(target, 'http://site/docs/').pathname });
  }
  return groups;
}

/** The API reference: a group for each kind of export. */
function reference() {
  const folder = join(pages, 'docs/reference');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      text: name.replace('-', ' '),
      items: readdirSync(join(folder, name))
        .sort()
        .map((file) => ({ text: file.replace('.md', ''), link: `/docs/reference/${name}/${file}` })),
    }));
}

export default {
  title: 'Vignet',
  description: 'Exactly the pixels you asked for, from survey archives of millions of compressed images',
  srcDir: '../.vignet/docs/pages',
  outDir: '../.vignet/docs/site',
  cacheDir: '../.vignet/docs/cache',
  themeConfig: {
    nav: [
      { text: 'Documentation', link: '/docs/' },
      { text: 'API reference', link: '/docs/reference/' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar: { '/': themes(), '/docs/reference/': reference() },
    outline: { level: [2, 3] },
    search: { provider: 'local' },
  },
};

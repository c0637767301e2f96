// `npm run docs`: the documentation as a site, in .vignet/docs/site. Its pages are all Markdown pages of the repository at the
// paths they have there, and the API reference that typedoc makes of src/index.ts. Needs no network.
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { deadLinks, pages, relinked, resolveLink } from './lib/markdown.mjs';
import { fail, root, run, say } from './lib/steps.mjs';

const staged = join(root, '.vignet/docs/pages');

/** A folder's README is the page that its address shows. */
const published = (page) => page.replace(/(^|\/)README\.md$/, '$1index.md');

function put(path, text) {
  mkdirSync(dirname(join(staged, path)), { recursive: true });
  writeFileSync(join(staged, path), text);
}

/** The languages of sources that are shown as pages when a page links to them. */
const sources = {
  '.ts': 'ts',
  '.mjs': 'js',
  '.cc': 'cpp',
  '.h': 'cpp',
  '.py': 'python',
  '.sh': 'sh',
  '.yml': 'yaml',
};

/** Puts a file that is no Markdown on the site, sources as pages; the address of it. */
function putFile(file) {
  const language = sources[extname(file)];
  if (language) {
    put(
      `${file}.md`,
      `# ${file}\n\n\`\`\`\`${language}\n${readFileSync(join(root, file), 'utf8')}\`\`\`\`\n`,
    );
    return `/${file}.md`;
  }
  const copy = join(staged, 'public/files', file);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(join(root, file), copy);
  return `/files/${file}`;
}

/** A link as the site needs it: folders become their pages, and what is linked to is put there. */
function linkOnSite(page, target) {
  const { path, anchor } = resolveLink(page, target);
  const folder = statSync(join(root, path)).isDirectory();
  const file = folder ? join(path, 'README.md') : path;
  if (!file.endsWith('.md')) return putFile(file);
  const to = relative(dirname(page), published(file));
  return (to.startsWith('.') ? to : `./${to}`) + (anchor && `#${anchor}`);
}

const all = pages(root).filter((page) => !page.startsWith('.github/'));
const dead = all.flatMap((page) => deadLinks(root, page));
if (dead.length) fail(`${dead.length} links lead nowhere:\n${dead.join('\n')}`);

rmSync(join(root, '.vignet/docs'), { recursive: true, force: true });
for (const page of all) {
  const text = readFileSync(join(root, page), 'utf8');
  put(
    published(page),
    relinked(text, (target) => linkOnSite(page, target)),
  );
}
say('API reference');
run('npx', ['typedoc', '--options', 'docs/typedoc.json', '--out', join(staged, 'docs/reference')]);
say('site');
run('npx', ['vitepress', 'build', 'docs']);
console.log('open it with: npx vitepress preview docs');

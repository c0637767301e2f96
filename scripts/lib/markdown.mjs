// The Markdown pages of this repository and the links in them.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const FOLDERS = ['.github', 'bench', 'docs', 'examples', 'native', 'scripts', 'src', 'test'];

/** Every Markdown page, as a path relative to `root`, sorted. */
export function pages(root) {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  return [...top, ...below].sort();
}

/** `change` is called for every line that is not inside a fenced block. */
function outsideBlocks(text, change) {
  let fence = '';
  return text
    .split('\n')
    .map((line) => {
      const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
      if (!fence) fence = mark ?? '';
      else if (mark?.startsWith(fence)) fence = '';
      return fence || mark ? line : change(line);
    })
    .join('\n');
}

/** The text with the target of every relative link replaced by what `change(target)` gives. */
export function relinked(text, change) {
  // Alternatives from left to right: inline code, which is left as it is, then a link or a picture.
  return outsideBlocks(text, (line) =>
    line.replace(/(`+).*?\1|(\]\()([^)\s]+)(?=[)\s])/g, (all, _code, open, target) =>
      open && !/^([a-z][a-z+.-]*:|#)/i.test(target) ? open + change(target) : all,
    ),
  );
}

/** The anchors that GitHub gives to the headings of a page. */
export function anchors(text) {
  const found = [];
  outsideBlocks(text, (line) => {
    const [, heading] = /^#{1,6}\s+(.*)$/.exec(line) ?? [];
    if (heading) found.push(slug(heading));
    return line;
  });
  return found;
}

const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

/** Splits a link's target on `page` into the path it names, relative to the root, and its anchor. */
export function resolveLink(page, target) {
  const [path = '', anchor = ''] = decodeURI(target).split('#');
  return { path: path ? normalize(join(dirname(page), path)).replace(/\/$/, '') : page, anchor };
}

/** Sentences about links that lead nowhere; [] where all are right. */
export function deadLinks(root, page) {
  const wrong = [];
  const check = (target) => {
    const { path, anchor } = resolveLink(page, target);
    const file = join(root, path);
    if (path.startsWith('..') || !existsSync(file)) wrong.push(`${page}: ${target} does not exist`);
    else if (statSync(file).isDirectory() && !existsSync(join(file, 'README.md')))
      wrong.push(`${page}: the folder ${target} has no README.md`);
    else if (anchor && !anchors(readFileSync(file, 'utf8')).includes(anchor))
      wrong.push(`${page}: ${target} names a heading that is not there`);
    return target;
  };
  const text = readFileSync(join(root, page), 'utf8');
  relinked(text, check);
  for (const [, anchor] of text.matchAll(/\]\(#([^)\s]+)\)/g))
    if (!anchors(text).includes(anchor)) wrong.push(`${page}: #${anchor} names a heading that is not there`);
  return wrong;
}

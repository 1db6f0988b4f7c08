// The pages of docs/ as the site has them: README.md is the index, and every link leads to a page of the site.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { DOCS, PAGES } from './folders.mjs';
import { readSections } from './sections.mjs';

const FENCED = /(^ *```[\s\S]*?^ *```$)/m;
const LINK = /(!?)\[((?:`[^`]*`|[^[\]])*)\]\(([^)\s]+)\)/g;

/** The file of a page in the site. */
export const sitePath = (path) => path.replace(/(^|\/)README\.md$/, '$1index.md');

/**
 * A page with links of the site. A folder of a public package becomes its reference; what has no page becomes its words.
 * @param {string} path - from docs/
 * @param {string} text
 * @param {ReadonlySet<string>} references - the packages that have one, such as `core`
 */
export function withSiteLinks(path, text, references) {
  const folder = posix.dirname(path);
  const rewrite = (link, bang, words, target) => {
    if (bang !== '' || /^(?:[a-z]+:|#)/.test(target)) return link;
    const [file, anchor] = target.split('#');
    const from = posix.join(folder, file);
    if (!from.startsWith('../') && from.endsWith('.md')) {
      return `[${words}](${sitePath(file)}${anchor === undefined ? '' : `#${anchor}`})`;
    }
    const [, name] = /^\.\.\/packages\/([\w-]+)/.exec(from) ?? [];
    if (!references.has(name)) return words;
    return `[${words}](${posix.relative(folder, `reference/@mfakit/${name}.md`)})`;
  };
  return text
    .split(FENCED)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(LINK, rewrite)))
    .join('');
}

const textOf = (folder, path) => readFileSync(join(folder, path), 'utf8');

/** The pictures of a page, from docs/. */
export const picturesOf = (path) =>
  [...textOf(PAGES, path).matchAll(/!\[[^\]]*\]\(([^)\s:]+)\)/g)].map(([, target]) =>
    posix.join(posix.dirname(path), target),
  );

/**
 * Writes the pages, and the pictures that they show.
 * @param {ReadonlySet<string>} references - the packages that have a reference
 */
export function writePages(references) {
  const paths = ['README.md', ...readSections().flatMap(({ pages }) => pages.map(({ path }) => path))];
  for (const path of paths) {
    const text = textOf(DOCS, path);
    const target = join(PAGES, sitePath(path));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, withSiteLinks(path, text, references));
    for (const picture of picturesOf(sitePath(path))) cpSync(join(DOCS, picture), join(PAGES, picture));
  }
}

// The site: plain pages in the order of docs/README.md, searched without a service, at any address or none.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { createCssVariablesTheme } from 'shiki';
import { defineConfig } from 'vitepress';
import { PAGES, SITE } from '../folders.mjs';
import { importPaths } from '../import-paths.mjs';
import { machineFiles } from '../machine-files.mjs';
import { picturesOf } from '../pages.mjs';
import { proseOf, readSections, summaryOf } from '../sections.mjs';

const sections = [
  ...readSections().map(({ title, pages }) => ({
    text: title,
    items: pages.map((page) => ({ text: page.title, link: `/${page.path}` })),
  })),
  {
    text: 'API reference',
    items: [
      { text: 'All packages', link: '/reference/index.md' },
      ...importPaths().map(({ path }) => ({ text: path, link: `/reference/${path}.md` })),
    ],
  },
];

const folderOf = ({ link }) => link.slice(0, link.lastIndexOf('/') + 1);

/** The folder of a page, if only one section has pages there; otherwise the page. */
function placeOf(item) {
  const folder = folderOf(item);
  const isShared = sections.filter(({ items }) => items.some((other) => folderOf(other) === folder)).length > 1;
  return isShared || folder === '/' ? item.link.replace(/\.md$/, '') : folder;
}

/** As GitHub and file browsers do: links to headings work in both. */
const slugify = (words) =>
  words
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** A page lists its own section, and leads to the first page of each other: all of them on every page would be most of the site. */
const sidebar = { '/': sections.map(door) };
for (const section of sections) {
  const more = sections.filter((other) => other !== section).map(door);
  const list = [section, { text: 'More', items: [{ text: 'Documentation', link: '/index.md' }, ...more] }];
  for (const item of section.items) sidebar[placeOf(item)] = list;
}

function door({ text, items: [first] }) {
  return { text, link: first.link };
}

/** The name that a heading or a row of the reference begins with. */
const nameOf = (line) => (line.startsWith('#') ? line : /^\| (?:<a id="[^"]*"><\/a> )?(`\w+\??`) \|/.exec(line)?.[1]);

/** Nobody looks for a figure. */
const TITLES_ALONE = ['benchmarks.md'];

/** Made from doc comments, one page for each import path. */
const isGenerated = (path) => /^reference\/(?:@|index)/.test(path);

/** What a search looks at: of the reference its names, of other pages all but the code. The index would be found for everything. */
function searchable(text, path) {
  if (path === 'index.md') return '';
  if (TITLES_ALONE.includes(path))
    return text
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .join('\n\n');
  if (isGenerated(path)) return text.split('\n').map(nameOf).join('\n\n');
  return proseOf(text);
}

/** What shiki says of a word as a style becomes a class: `color:var(--token-string)`, `token-string`. What needs none is text. */
function classesOfLine(line) {
  const words = [];
  for (const { properties, children } of line.children) {
    const [, name] = /var\(--(token-[\w-]+)\)/.exec(properties.style) ?? [];
    const last = words.at(-1);
    const isPlain = name === undefined || name === 'token-punctuation';
    if (isPlain) words.push(...children);
    else if (last?.properties?.class === name) last.children.push(...children);
    else words.push({ type: 'element', tagName: 'span', properties: { class: name }, children });
  }
  line.children = words;
}

/** Every column of a Markdown table has a header. One that says nothing is read out as one, unless it is a cell. */
function emptyHeadersToCells({ tokens }) {
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'th_open' || tokens[index + 1].content !== '') continue;
    for (const tag of [token, tokens[index + 2]]) tag.tag = 'td';
  }
}

/** VitePress makes each page twice, for its first show and for a jump from another page. There are no such jumps. */
function removeJumps() {
  for (const file of readdirSync(join(SITE, 'assets'))) {
    if (/\.md\.[\w-]+(?<!\.lean)\.js$/.test(file)) rmSync(join(SITE, 'assets', file));
  }
}

export default defineConfig({
  title: 'mfakit',
  description: 'Multi-factor authentication for JavaScript servers, with any framework and database',
  lang: 'en',
  srcDir: PAGES,
  outDir: SITE,
  cacheDir: join(dirname(SITE), 'cache'),
  // Relative: the site works from a disk and below any path.
  base: './',
  ignoreDeadLinks: 'localhostLinks',
  metaChunk: true,
  // theme/index.mjs lets each link load a page.
  router: { prefetchLinks: false },
  markdown: {
    anchor: { slugify },
    // Colors are those of theme/style.css: two for each word of code would be a fifth of the site.
    theme: createCssVariablesTheme({ variablePrefix: '--', fontStyle: false }),
    config: (md) => md.core.ruler.push('empty_headers', emptyHeadersToCells),
    codeTransformers: [{ name: 'classes', line: classesOfLine }],
  },
  themeConfig: {
    sidebar,
    outline: [2, 3],
    nav: [
      { text: 'Quick start', link: '/guide/quick-start.md' },
      { text: 'API reference', link: '/reference/index.md' },
      { text: 'Security', link: '/SECURITY.md' },
    ],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          options: {
            // Runs in the browser, too, so it has to say everything itself.
            processTerm: (term) =>
              /^(?:\W*|.|an|and|are|as|at|be|but|by|can|do|does|for|from|has|have|if|in|into|is|it|its|no|not|of|on|or|so|than|that|the|their|them|then|there|they|this|to|was|what|when|which|with|you|your|[\d.,]+)$/i.test(
                term,
              )
                ? null
                : term.toLowerCase(),
          },
        },
        _render: (text, env, md) => md.render(searchable(text, env.relativePath), env),
      },
    },
  },
  transformPageData(page) {
    return { description: summaryOf(readFileSync(join(PAGES, page.relativePath), 'utf8')).description };
  },
  transformHead({ pageData: { relativePath } }) {
    return relativePath === '404.md'
      ? []
      : [['link', { rel: 'alternate', type: 'text/markdown', href: `./${posix.basename(relativePath)}` }]];
  },
  buildEnd({ pages }) {
    removeJumps();
    for (const file of [...pages, ...pages.flatMap(picturesOf)]) cpSync(join(PAGES, file), join(SITE, file));
    for (const [name, text] of Object.entries(machineFiles())) writeFileSync(join(SITE, name), text);
  },
});

// What can be asked of the files of the site without a browser: their size, and where links lead.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SITE } from './folders.mjs';

/** For some 140 pages, those of the API reference among them. */
const LIMITS_BYTES = { site: 9_000_000, 'site, gzipped': 2_500_000, 'search index': 700_000 };

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** The files of the site, from its root. */
const siteFiles = () => filesUnder(SITE).map((file) => relative(SITE, file).replaceAll('\\', '/'));

/** The pages of the site, from its root. */
export const sitePages = () => siteFiles().filter((file) => file.endsWith('.html') && file !== '404.html');

const bytesOf = (file) => statSync(join(SITE, file)).size;
const sum = (list, measure) => list.reduce((total, file) => total + measure(file), 0);

/** @returns {string[]} complaints */
export function checkSizes() {
  const files = siteFiles();
  const indexes = files.filter((file) => file.includes('localSearchIndex'));
  const found = {
    site: sum(files, bytesOf),
    'site, gzipped': sum(files, (file) => gzipSync(readFileSync(join(SITE, file))).length),
    'search index': sum(indexes, bytesOf),
  };
  for (const [name, bytes] of Object.entries(found)) console.log(`   ${name}: ${bytes} bytes of ${LIMITS_BYTES[name]}`);
  const large = Object.keys(found).filter((name) => found[name] > LIMITS_BYTES[name]);
  return [
    ...large.map((name) => `${name} is too large`),
    ...(indexes.length === 1 ? [] : ['there is no search index']),
  ];
}

const unescape = (text) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** What is wrong with one link of a file; `idsOf` gives the anchors of a page. */
function problemWith(file, link, idsOf) {
  // Other hosts, and what scripts make.
  if (/^[a-z]+:/i.test(link)) return null;
  const [path, anchor] = link.split('#');
  const target = path === '' ? file : posix.join(posix.dirname(file), decodeURIComponent(path.split('?')[0]));
  const page = target === '.' || target.endsWith('/') ? posix.join(target, 'index.html') : target;
  if (path.startsWith('/') || page.startsWith('../')) return `${file}: ${link} leads out of the site`;
  if (!existsSync(join(SITE, page))) return `${file}: ${link} leads nowhere`;
  if (!anchor || !page.endsWith('.html') || idsOf(page).has(decodeURIComponent(anchor))) return null;
  return `${file}: ${link} has no such anchor`;
}

/** @returns {string[]} complaints */
export function checkLinks() {
  const texts = new Map();
  const textOf = (file) => texts.get(file) ?? texts.set(file, readFileSync(join(SITE, file), 'utf8')).get(file);
  const ids = new Map();
  const idsOf = (file) => {
    const found = () => new Set([...textOf(file).matchAll(/ id="([^"]*)"/g)].map(([, id]) => unescape(id)));
    return ids.get(file) ?? ids.set(file, found()).get(file);
  };
  let count = 0;
  const complaints = siteFiles().flatMap((file) => {
    const links = linksOf(file, textOf);
    count += links.length;
    return links.map((link) => problemWith(file, link, idsOf)).filter((problem) => problem !== null);
  });
  console.log(`   ${count} links`);
  return count > 1000 ? complaints : [...complaints, 'hardly a link was found'];
}

/** The links of a page, of its copy in Markdown, and of llms.txt. */
function linksOf(file, textOf) {
  if (file.endsWith('.html'))
    return [...textOf(file).matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, link]) => unescape(link));
  if (!/(?:\.md|^llms\.txt)$/.test(file)) return [];
  const prose = textOf(file)
    .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
}

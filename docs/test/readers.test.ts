/** Every page says whom it is for and what they will be able to do, and names one next page. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPages, ROOT, type Page } from './pages.ts';

/** The README that npm and a forge show, and the index of the pages. */
const ENTRANCES = ['README.md', 'docs/README.md'];

const all = readPages();
const pages = all.filter(({ path }) => !ENTRANCES.includes(path));

/** `For operators: by the end of this page you ...`; `After this page you ...` will do. */
const READER = /^For [^.:]+[.:] (?:by the end of|after) this page you \S/i;

/** What is wrong with the beginning and the end of a page; empty if nothing is. */
function complaints({ path, text }: Pick<Page, 'path' | 'text'>): readonly string[] {
  const [title = '', ...paragraphs] = text.trim().split(/\n\n+/);
  const first = paragraphs.find((paragraph) => !paragraph.startsWith('<!--')) ?? '';
  const nexts = [...text.matchAll(/^Next: .*$/gm)].map(([line]) => line);
  const last = text.trim().split(/\n\n+/).at(-1) ?? '';
  const [, target = ''] = /^Next: \[[^\]]+\]\(([^)#]+\.md)\)/.exec(last) ?? [];
  return [
    ...(/^# \S[^\n]*$/.test(title) ? [] : ['no title']),
    ...(READER.test(first.replaceAll('\n', ' ').replaceAll('*', '')) ? [] : ['no reader']),
    ...(nexts.length === 1 ? [] : [`${nexts.length} next pages`]),
    ...(last.startsWith('Next: ') ? [] : ['the next page is not at the end']),
    ...(target !== '' && existsSync(join(ROOT, dirname(path), target)) ? [] : ['no next page that exists']),
    ...(posix.basename(path) === target ? ['the page is its own next one'] : []),
  ];
}

test.each(pages)('$path', (page) => {
  expect(complaints(page)).toEqual([]);
});

test('a page without reader or next page is found', () => {
  const path = 'docs/glossary.md';
  const intro = '**For everyone:** by the end of this page you know it.';
  const sound = `# A\n\n${intro}\n\nNext: [Security](SECURITY.md)\n`;
  expect(complaints({ path, text: sound })).toEqual([]);
  expect(complaints({ path, text: sound.replace('by the end', 'on the right') })).toEqual(['no reader']);
  expect(complaints({ path, text: sound.replace('SECURITY', 'NOTHING') })).toEqual(['no next page that exists']);
  expect(complaints({ path, text: sound.replace('SECURITY', 'glossary') })).toEqual(['the page is its own next one']);
  expect(complaints({ path, text: `${sound}\nMore.\n` })).toEqual([
    'the next page is not at the end',
    'no next page that exists',
  ]);
});

test('docs/README.md orders the pages by reader', () => {
  const index = all.find(({ path }) => path === 'docs/README.md')?.text ?? '';
  expect([...index.matchAll(/^## For (.+)$/gm)].map(([, reader]) => reader)).toEqual([
    'app authors',
    'whoever moves in',
    'whoever chooses',
    'store authors',
    'operators',
    'auditors',
    'everyone',
  ]);
});

/** The anchors of a page's headings, as forges make them. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(all)('$path: every link to a heading finds it', ({ path, text }) => {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
  const dead = [...prose.matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)].filter(([, target = '', anchor = '']) => {
    if (/^[a-z]+:/.test(target) || (target !== '' && !target.endsWith('.md'))) return false;
    const file = target === '' ? join(ROOT, path) : join(ROOT, dirname(path), target);
    return !existsSync(file) || !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});

describe('the glossary', () => {
  const glossary = all.find(({ path }) => path === 'docs/glossary.md')?.text ?? '';
  const terms = [...glossary.matchAll(/^## (.+)$/gm)].map(([, term = '']) => term.replaceAll('`', '').toLowerCase());

  test('is in the order of the alphabet', () => {
    expect(terms.length).toBeGreaterThan(30);
    expect(terms).toEqual(terms.toSorted((a, b) => a.localeCompare(b, 'en')));
  });

  test.each([
    'time step',
    'step-up',
    'challenge',
    'challenge token',
    'enforcement',
    'revision',
    'session epoch',
    'seal',
  ])('%s is linked where a reader first meets it', (term) => {
    const anchor = `glossary.md#${term.replaceAll(' ', '-')})`;
    expect(all.filter(({ text }) => text.includes(anchor)).map(({ path }) => path)).not.toEqual([]);
  });
});

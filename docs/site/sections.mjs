// The order of the pages, as docs/README.md has it: the sidebar and llms.txt follow it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCS } from './folders.mjs';

/** A page without its blocks of code. */
export const proseOf = (text) => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');

/** Links become their words, and code its text. */
const plain = (markdown) =>
  markdown
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]|\\(?=[<>_*])/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/**
 * The heading of a page, and its first sentence.
 * @param {string} text - Markdown
 */
export function summaryOf(text) {
  const prose = proseOf(text);
  const title = plain(/^# (.+)$/m.exec(prose)?.[1] ?? '');
  const paragraph = prose.split(/\n{2,}/).find((block) => /^[A-Za-z`*[“"]/.test(block)) ?? '';
  const sentence = plain(paragraph);
  return { title, description: /^.+?[.:!?](?= [A-Z`]|$)/.exec(sentence)?.[0] ?? sentence };
}

/**
 * The sections of docs/README.md. A line that ends with a colon opens one, and the pages it lists follow.
 * @returns {{ title: string, pages: { path: string, title: string, description: string }[] }[]} paths from docs/
 */
export function readSections() {
  const sections = [];
  for (const block of readFileSync(join(DOCS, 'README.md'), 'utf8').split(/\n{2,}/)) {
    if (block.endsWith(':') && !/^(?:[-#]|\d+\.)/.test(block))
      sections.push({ title: /^[^,:]+/.exec(block)[0], pages: [] });
    for (const [, path] of block.matchAll(/\]\(([^)#\s]+\.md)\)/g)) {
      sections.at(-1)?.pages.push({ path, ...summaryOf(readFileSync(join(DOCS, path), 'utf8')) });
    }
  }
  return sections;
}

// llms.txt, the index of the pages for programs, and llms-full.txt, those that are written by hand in one file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGES } from './folders.mjs';
import { importPaths } from './import-paths.mjs';
import { readSections } from './sections.mjs';

const SUMMARY = 'Multi-factor authentication for JavaScript servers, with any framework and database.';

/** @returns {Record<'llms.txt' | 'llms-full.txt', string>} */
export function machineFiles() {
  const reference = importPaths().map(({ path, package: name, description }) => ({
    path: `reference/${path}.md`,
    title: path,
    description: path === name ? description : `part of ${name}`,
  }));
  const written = readSections();
  const sections = [...written, { title: 'API reference', pages: reference }];
  const index = sections.map(({ title, pages }) =>
    [`## ${title}\n`, ...pages.map((page) => `- [${page.title}](${page.path}): ${page.description}`), ''].join('\n'),
  );
  const whole = written.flatMap(({ pages }) =>
    pages.map(({ path }) => `<!-- ${path} -->\n\n${readFileSync(join(PAGES, path), 'utf8')}`),
  );
  return {
    'llms.txt': [`# mfakit\n\n> ${SUMMARY}\n`, ...index].join('\n'),
    'llms-full.txt': whole.join('\n\n'),
  };
}

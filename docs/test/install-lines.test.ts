/** Every page that a reader begins with says what to install, before any other code, and imports nothing else. */
import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';
import { readPages, type Page } from './pages.ts';

const pages = readPages().filter(({ path }) => /^docs\/(?:guide|store)\//.test(path));
const guides = pages.filter(({ path }) => path.startsWith('docs/guide/'));

/** There in a project that `create-next-app`, `nest new` or `sv create` has made, or the reader's own. */
const GIVEN = [
  'next',
  'react',
  '@nestjs/common',
  '@nestjs/core',
  'svelte',
  '@sveltejs/kit',
  '@mfakit/example-file-store',
  // Each part of the page about machines is for those who have it.
  'vue',
];

/** The packages on the install lines of a page. */
function installed({ blocks }: Pick<Page, 'blocks'>): readonly string[] {
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split('\n'))
    .filter((line) => line.startsWith('npm install '))
    .flatMap((line) => line.split(' ').slice(2));
}

/** Languages that import. */
const PROGRAMS = ['ts', 'tsx', 'svelte', 'vue'];

/** The packages that the programs of a page import. */
function imported({ blocks }: Pick<Page, 'blocks'>): readonly string[] {
  const specifiers = blocks
    .filter(({ language }) => PROGRAMS.includes(language))
    .flatMap(({ code }) => [...code.matchAll(/^ *(?:import|\}) .*?from '([^']+)'/gm)].map(([, from = '']) => from));
  const packages = specifiers.filter((from) => !/^(?:\.|@\/|\$)/.test(from) && !isBuiltin(from));
  return packages.map((from) => /^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from);
}

/** What is wrong with a page. */
function complaints(page: Pick<Page, 'blocks'>): readonly string[] {
  const [first] = page.blocks;
  // Pages of words alone need nothing.
  if (first === undefined) return [];
  const begins = first?.language === 'sh' && first.code.startsWith('npm install ');
  return begins ? [] : ['it does not begin with its install line'];
}

test.each(pages)('$path begins with its install line', (page) => {
  expect(complaints(page)).toEqual([]);
});

test.each(guides)('$path imports what its install lines name', (page) => {
  const known = [...installed(page), ...GIVEN];
  expect(imported(page).filter((name) => !known.includes(name))).toEqual([]);
});

test('a page that begins otherwise, and an import of something else, are found', () => {
  const block = { run: false, line: 1 };
  const wrong = { blocks: [{ ...block, language: 'ts', code: "import type {\n  A,\n} from '@mfakit/core/qr';" }] };
  expect(complaints(wrong)).toHaveLength(1);
  expect(imported(wrong)).toEqual(['@mfakit/core']);
  expect(installed({ blocks: [{ ...block, language: 'sh', code: 'npm install a @b/c\nnpx a' }] })).toEqual([
    'a',
    '@b/c',
  ]);
});

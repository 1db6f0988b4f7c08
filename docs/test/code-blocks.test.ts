import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { findBlocks, readPages, ROOT, type Block, type Page } from './pages.ts';
import { writePrograms } from './programs.ts';
import { problemWith } from './shell.ts';

/** Pages whose TypeScript needs what only one package has, or an application of their own: what compiles them instead. */
const COMPILED_BY: Readonly<Record<string, string>> = {
  'docs/store/d1.md': 'packages/d1/test/docs.test.ts',
  'docs/store/mysql.md': 'packages/mysql/test/docs.test.ts',
  'docs/store/postgres.md': 'packages/postgres/test/docs.test.ts',
  'docs/store/redis.md': 'packages/redis/test/docs.test.ts',
  'docs/operate/cli.md': 'packages/cli/test/docs.test.ts',
  'docs/guide/express.md': 'packages/express/test/docs.test.ts',
  'docs/guide/hono.md': 'packages/hono/test/docs.test.ts',
  'docs/guide/fetch.md': 'packages/http/test/docs.test.ts',
  'docs/guide/login-route-http.md': 'packages/http/test/docs.test.ts',
  'docs/guide/trusted-devices.md': 'packages/http/test/docs.test.ts',
  'docs/guide/accounts.md': '.ci/guide-applications.mjs',
  'docs/guide/fastify.md': '.ci/guide-applications.mjs',
  'docs/guide/next.md': '.ci/guide-applications.mjs',
  'docs/guide/nestjs.md': '.ci/guide-applications.mjs',
  'docs/guide/kysely.md': '.ci/guide-applications.mjs',
  'docs/guide/drizzle.md': '.ci/guide-applications.mjs',
  'docs/guide/prisma.md': '.ci/guide-applications.mjs',
  'docs/guide/elements-react.md': '.ci/guide-applications.mjs',
  'docs/guide/elements-svelte.md': '.ci/guide-applications.mjs',
  'docs/guide/elements-vue.md': '.ci/guide-applications.mjs',
};

/** What is no TypeScript in a page of which `npm run check:guides` makes an application. */
const BUILT = new Set(['html', 'svelte', 'tsx', 'vue']);

const pages = readPages();
/** A page that is wrong, so that the checks are seen to fail. */
const wrongPage: Page = { path: 'wrong.md', text: '', blocks: findBlocks('Text\n```ts\nconst a: string = 1;\n```\n') };
const { programs, config } = writePrograms([...pages.filter(({ path }) => !(path in COMPILED_BY)), wrongPage]);
const blocksOf = (language: string): readonly (Block & { readonly path: string })[] =>
  pages.flatMap(({ path, blocks }) =>
    blocks.filter((block) => block.language === language).map((block) => ({ ...block, path })),
  );

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('TypeScript blocks compile', () => {
  let complaints: readonly string[] = [];

  beforeAll(() => {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' });
    complaints = stdout.split('\n').filter((line) => line !== '');
    // What cannot be pinned on a page must not get lost.
    expect(status === 0).toBe(complaints.length === 0);
  });

  const complaintsAbout = (file: string): readonly string[] =>
    complaints.filter((line) => line.includes(basename(file)));

  test.each(programs.filter(({ page }) => page !== wrongPage))('$page.path, line $blocks.0.line', ({ file }) => {
    expect(complaintsAbout(file)).toEqual([]);
  });

  test('a block that does not compile is found, with its line', () => {
    const file = programs.find(({ page }) => page === wrongPage)?.file ?? '';
    expect(complaintsAbout(file)).toEqual([expect.stringContaining('(3,7): error TS2322')]);
  });

  test.each(Object.entries(COMPILED_BY))('%s is compiled by %s', (page, file) => {
    expect(pages.map(({ path }) => path)).toContain(page);
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(text).toContain(page);
    expect(text).toContain('tsc');
  });

  test('there is no other complaint', () => {
    const known = programs.map(({ file }) => basename(file));
    expect(complaints.filter((line) => !known.some((name) => line.includes(name)))).toEqual([]);
  });
});

describe('blocks marked `run` do what the page says', () => {
  const running = programs.filter((program) => program.run);

  test.each(running)('$page.path prints what the page shows', async ({ file, blocks, page }) => {
    vi.stubEnv('MFA_KEY', randomBytes(32).toString('base64'));
    const printed = vi.spyOn(console, 'log').mockReturnValue();
    await import(/* @vite-ignore */ pathToFileURL(file).href);

    const last = blocks.at(-1)?.line ?? 0;
    const shown = page.blocks.find(({ language, line }) => language === 'text' && line > last);
    expect(printed.mock.calls.map((args) => args.map(String).join(' ')).join('\n')).toBe(shown?.code ?? '');
  });

  test('the example of the README is one of them, in twenty lines', () => {
    const example = running.find(({ page }) => page.path === 'README.md');
    const lines = example?.blocks.flatMap(({ code }) => code.split('\n')) ?? [];
    const code = lines.filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
    expect(code.length).toBe(20);
  });
});

describe('shell blocks are commands that exist', () => {
  const lines = blocksOf('sh').flatMap(({ path, code }) => code.split('\n').map((line) => ({ path, line })));

  test.each(lines)('$path: $line', ({ line }) => {
    expect(problemWith(line)).toBeNull();
  });

  test('one that does not exist is found', () => {
    expect(problemWith('npm run nothing')).toBe('no such script');
    expect(problemWith('npm install @mfakit/nothing')).toBe('no such package: @mfakit/nothing');
    expect(problemWith('npx @mfakit/cli import nothing')).toBe('no such source');
    expect(problemWith('npx @mfakit/cli import fastapi --set derivation=none')).toBe('no such setting: derivation');
    expect(problemWith('npx @mfakit/cli import fastapi --key secret')).toBe('no such flag');
    expect(problemWith('make install')).toBe('nothing checks this command');
  });
});

test.each(blocksOf('json'))('$path, line $line: JSON parses', ({ code }) => {
  expect(() => JSON.parse(code) as unknown).not.toThrow();
});

test('no block is left unchecked', () => {
  // A test of @mfakit/opentelemetry parses the alert rules.
  // SQL and the settings of a server belong to a store, and its tests run them; a schema of Prisma to an application that is run. Plain text is no code.
  // What a stylesheet names is compared with that of the elements.
  const checked = new Set(['ts', 'sh', 'json', 'sql', 'conf', 'prisma', 'yaml', 'text', 'css']);
  const applications = readFileSync(join(ROOT, '.ci/guide-applications.mjs'), 'utf8');
  const isChecked = (path: string, language: string): boolean =>
    checked.has(language) || (BUILT.has(language) && applications.includes(`'${path}'`));
  const unchecked = pages.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language }) => !isChecked(path, language))
      .map(({ language, line }) => `${path}:${line} ${language}`),
  );
  expect(unchecked).toEqual([]);
});

test.each(pages)('$path: every relative link leads somewhere', ({ path, text }) => {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? '');
  const local = targets.filter((target) => !/^[a-z]+:/.test(target));
  expect(local.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([]);
});

test('blocks are found with their language, mark and line', () => {
  const text = ['# Title', '```ts run', 'const a = 1;', '```', '- item', '  ```sh', '  npm test', '  ```'].join('\n');
  expect(findBlocks(text)).toEqual([
    { language: 'ts', run: true, code: 'const a = 1;', line: 3 },
    { language: 'sh', run: false, code: 'npm test', line: 7 },
  ]);
});

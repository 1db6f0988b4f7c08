/** The README of every published package, which npm shows: complete, compiled, and run if it needs no database. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findBlocks, ROOT, type Block } from './pages.ts';
import { LIB } from './programs.ts';
import { problemWith } from './shell.ts';

interface Readme {
  /** The folder below `packages/`. */
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** One module per TypeScript block. */
  readonly programs: readonly { readonly line: number; readonly code: string; readonly file: string }[];
}

/** Packages whose programs run here: they need nothing but memory. */
const RUN = ['core', 'diagnostics-channel', 'import', 'memory', 'policy', 'testkit', 'webauthn'];

const folders: string[] = [];
/** Where `name` of a package is found, and what it depends on. */
function scratchFolder(name: string): string {
  const cache = join(ROOT, 'packages', name, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'readme-'));
  folders.push(folder);
  return folder;
}

function isPublished(name: string): boolean {
  const manifest = join(ROOT, 'packages', name, 'package.json');
  return existsSync(manifest) && !('private' in (JSON.parse(readFileSync(manifest, 'utf8')) as object));
}

function readReadme(name: string): Readme {
  const file = join(ROOT, 'packages', name, 'README.md');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const blocks = findBlocks(text);
  const folder = scratchFolder(name);
  const programs = blocks
    .filter(({ language }) => language === 'ts')
    // Empty lines before it: complaints name the lines of the README.
    .map(({ line, code }) => ({
      line,
      code,
      file: join(folder, `line-${line}.ts`),
      text: '\n'.repeat(line - 1) + code,
    }));
  for (const program of programs) writeFileSync(program.file, `${program.text}\nexport {};\n`);
  return { name, text, blocks, programs };
}

/** @returns the complaints of tsc, one a line */
function compile(files: readonly string[]): readonly string[] {
  const config = join(scratchFolder('core'), 'tsconfig.json');
  const compilerOptions = { noEmit: true, rootDir: ROOT, lib: LIB };
  writeFileSync(config, JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, files }));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

const readmes = readdirSync(join(ROOT, 'packages')).filter(isPublished).map(readReadme);
const programs = readmes.flatMap(({ name, programs: ours }) => ours.map((program) => ({ name, ...program })));

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe.each(readmes)('packages/$name/README.md', ({ name, text, blocks, programs: ours }) => {
  test('begins with the name and one sentence, then the install line and code', () => {
    expect(text).toMatch(new RegExp(`^# @mfakit/${name}\n\n[^\n#\`]`));
    expect(blocks.slice(0, 2).map(({ language }) => language)).toEqual(['sh', 'ts']);
    expect(blocks[0]?.code).toMatch(new RegExp(`^npm install (?:--save-dev )?(?:@mfakit/core )?@mfakit/${name}\\b`));
  });

  test('shows about twenty lines of code', () => {
    const lines = (ours[0]?.code ?? '').split('\n').filter((line) => line.trim() !== '' && !/^\s*\/[/*]/.test(line));
    expect(lines.length).toBeGreaterThanOrEqual(12);
    expect(lines.length).toBeLessThanOrEqual(28);
  });

  test('has commands that exist', () => {
    const commands = blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.split('\n'));
    expect(commands.map(problemWith)).toEqual(commands.map(() => null));
  });

  test('links to nothing: npm shows it far from the repository, whose address is not known', () => {
    // Names under example.org are reserved, and lead nowhere: a page needs an origin to show.
    expect(text).not.toMatch(/\]\(|https?:(?!\/\/(?:[a-z]+\.)?example\.org\b)/);
  });

  test('names pages that exist', () => {
    const pages = [...text.matchAll(/`(docs\/[\w./-]+)`/g)].map(([, page = '']) => page);
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.filter((page) => !existsSync(join(ROOT, page)))).toEqual([]);
  });
});

describe('the TypeScript compiles', () => {
  const wrong = join(scratchFolder('core'), 'wrong.ts');
  let complaints: readonly string[] = [];
  beforeAll(() => {
    writeFileSync(wrong, "\nimport { createMfa } from '@mfakit/core';\ncreateMfa({});\n");
    complaints = compile([...programs.map(({ file }) => file), wrong]);
  });

  test.each(programs)('packages/$name/README.md, line $line', ({ file }) => {
    expect(complaints.filter((line) => line.includes(file.slice(ROOT.length + 1)))).toEqual([]);
  });

  test('what does not compile is found, and nothing else is complained about', () => {
    expect(complaints.filter((line) => !line.startsWith(' '))).toEqual([
      expect.stringMatching(/wrong\.ts\(3,11\): error TS/),
    ]);
  });
});

describe('what needs no database runs, and prints what the README shows', () => {
  test.each(readmes.filter(({ name }) => RUN.includes(name)))('$name', async ({ blocks, programs: ours }) => {
    vi.stubEnv('MFA_KEY', randomBytes(32).toString('base64'));
    const printed = vi.spyOn(console, 'log').mockReturnValue();
    try {
      const [first] = ours;
      await import(/* @vite-ignore */ pathToFileURL(first?.file ?? '').href);
      const shown = blocks.find(({ language }) => language === 'text');
      expect(printed.mock.calls.map((args) => args.map(String).join(' ')).join('\n')).toBe(shown?.code);
    } finally {
      vi.unstubAllEnvs();
      printed.mockRestore();
    }
  });

  test('testkit: every case that its second program registers passes', async () => {
    const { file = '', code = '' } = readmes.find(({ name }) => name === 'testkit')?.programs[1] ?? {};
    const runner = "import { test } from 'node:test';";
    expect(code).toContain(runner);
    const recorder =
      'export const cases: (() => Promise<void>)[] = []; const test = (_: string, run: () => Promise<void>) => cases.push(run);';
    const recording = file.replace('.ts', '-recording.ts');
    writeFileSync(recording, code.replace(runner, recorder));
    const { cases } = (await import(/* @vite-ignore */ pathToFileURL(recording).href)) as {
      readonly cases: readonly (() => Promise<void>)[];
    };
    expect(cases.length).toBeGreaterThan(20);
    for (const run of cases) await run();
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPages, ROOT } from './pages.ts';

const pages = readPages();
const textOf = (path: string): string => pages.find((page) => page.path === path)?.text ?? '';
const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

test('docs/operate/events.md has a row for every type of event', () => {
  const source = readFileSync(join(ROOT, 'packages/core/src/events.ts'), 'utf8');
  const types = matches(source, /readonly type: '(\w+)'/g);
  expect(types.length).toBeGreaterThan(10);
  expect(matches(textOf('docs/operate/events.md'), /^\| `(\w+)`/gm)).toEqual(types);
});

test('the README names every package that can be installed, and no other', () => {
  const folders = readdirSync(join(ROOT, 'packages')).filter((folder) => {
    const manifest = join(ROOT, 'packages', folder, 'package.json');
    if (!existsSync(manifest) || !existsSync(join(ROOT, 'packages', folder, 'src/index.ts'))) return false;
    return !('private' in (JSON.parse(readFileSync(manifest, 'utf8')) as object));
  });
  expect(matches(textOf('README.md'), /^\| \[`@mfakit\/([\w-]+)`\]/gm).toSorted()).toEqual(folders.toSorted());
});

test('docs/README.md leads to every other page of docs/', () => {
  const linked = matches(textOf('docs/README.md'), /\]\(([^)]+\.md)\)/g).map((target) => posix.join('docs', target));
  const others = pages.map(({ path }) => path).filter((path) => !['README.md', 'docs/README.md'].includes(path));
  expect([...linked].sort()).toEqual([...others].sort());
});

/** Each once, in order. */
const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].toSorted();

describe('the pages about the elements', () => {
  const elements = join(ROOT, 'packages/elements');
  const sources = (folder: string): string =>
    readdirSync(join(elements, 'src', folder))
      .map((file) => readFileSync(join(elements, 'src', folder, file), 'utf8'))
      .join('\n');

  test('theme-and-words.md has every class and custom property, and no other', () => {
    const page = textOf('docs/guide/theme-and-words.md');
    const stylesheet = readFileSync(join(elements, 'styles.css'), 'utf8');
    const tags = ['mfa-sign-in', 'mfa-enroll', 'mfa-manage', 'mfa-step-up'];
    const drawn = matches(sources('elements') + sources('parts'), /'((?:mfa-[\w-]+ ?)+)'/g).flatMap((names) =>
      names.split(' '),
    );
    const events = matches(sources('elements'), /tell\('(mfa-[\w-]+)'/g);
    const classes = [...drawn, ...matches(stylesheet, /\.(mfa-[\w-]+)/g)].filter(
      (name) => ![...tags, ...events].includes(name),
    );
    expect(sorted(matches(page, /`(mfa-[\w-]+)`/g))).toEqual(sorted(classes));
    expect(sorted(matches(page, /^\| `(--mfa-[\w-]+)`/gm))).toEqual(
      sorted(matches(stylesheet, /^ *(--mfa-[\w-]+):/gm)),
    );
    const named = page.match(/--mfa-[\w-]+/g) ?? [];
    expect(named.filter((name) => !stylesheet.includes(`${name}:`))).toEqual([]);
  });

  test('elements.md has every attribute and every event', () => {
    const page = textOf('docs/guide/elements.md');
    const source = sources('elements');
    const attributes = matches(source, /getAttribute\('([\w-]+)'\)/g);
    expect(sorted(matches(page, /^\| `([\w-]+)` /gm).filter((name) => attributes.includes(name)))).toEqual(
      sorted(attributes),
    );
    expect(sorted(matches(page, /`(mfa-[a-z-]+)`/g).filter((name) => !name.includes('sign-in')))).toEqual(
      sorted(matches(source, /tell\('(mfa-[\w-]+)'/g)),
    );
  });

  test('the plain page of elements.md has twenty lines beside its title and form', () => {
    const { blocks = [] } = pages.find(({ path }) => path === 'docs/guide/elements.md') ?? {};
    const file = (name: string): string => blocks.find(({ code }) => code.includes(` ${name}`))?.code ?? '';
    const page = `${file('index.html').replace(/<!doctype html>|<\/?html.*|<title>.*|<form>[\s\S]*<\/form>/g, '')}\n${file('main.ts')}`;
    const lines = page.split('\n').filter((line) => line.trim() !== '' && !/^(?:\/\/|<!--) /.test(line));
    expect(page).toContain('define(');
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  test('machines.md has every step of every machine, in order', () => {
    const page = textOf('docs/guide/machines.md');
    const steps = ['sign-in', 'enroll', 'manage', 'step-up'].map((name) => {
      const source = readFileSync(join(elements, `src/machines/${name}.ts`), 'utf8');
      return matches(source.slice(0, source.indexOf('/** What it needs. */')), /readonly step: '(\w+)'/g);
    });
    expect(steps.map(({ length }) => length > 3)).toEqual([true, true, true, true]);
    expect(matches(page, /^\| `(\w+)` /gm)).toEqual(steps.flat());
  });

  test('machines.md has every call of every machine', () => {
    const page = textOf('docs/guide/machines.md');
    const interfaces = matches(sources('machines'), /interface \w+Machine extends Machine<\w+> \{\n([\s\S]*?)^\}/gm);
    const calls = interfaces.flatMap((body) => matches(body, /^  (?:readonly )?(\w+)[(:]/gm));
    expect([interfaces.length, calls.length > 15]).toEqual([4, true]);
    expect(calls.filter((name) => !new RegExp(`\`${name}\\b`).test(page))).toEqual([]);
  });
});

test('pages-for-your-users.md says what the elements say', () => {
  const words = readFileSync(join(ROOT, 'packages/elements/src/words/en.ts'), 'utf8');
  const quoted = matches(textOf('docs/guide/pages-for-your-users.md').replaceAll(/`[^`]*`/g, ''), /"([^"]+)"/g);
  expect(quoted.length).toBeGreaterThan(15);
  expect(quoted.filter((text) => !words.includes(text))).toEqual([]);
});

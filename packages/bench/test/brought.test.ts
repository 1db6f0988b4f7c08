/** What core brings is counted through every level, each package and version once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packagesBrought, programSize } from '../src/benches/brought.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mfakit-bench-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function install(at: string, name: string, version: string, dependencies: Readonly<Record<string, string>>): string {
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name, version, dependencies }));
  return at;
}

test('counts every package once, two versions of one as two, and not itself', () => {
  const root = folder();
  const core = install(join(root, 'core'), 'core', '1.0.0', { a: '*', b: '*' });
  install(join(core, 'node_modules/a'), 'a', '1.0.0', { b: '*' });
  install(join(core, 'node_modules/b'), 'b', '1.0.0', { a: '*' });
  install(join(core, 'node_modules/a/node_modules/b'), 'b', '2.0.0', {});
  expect([...packagesBrought(core)].toSorted()).toEqual(['a@1.0.0', 'b@1.0.0', 'b@2.0.0']);
});

test('a program is core and what the first backup code loads', () => {
  const file = join(folder(), 'sizes.json');
  const size = { minified: 1, gzip: 2 };
  const later = ['core, later: hash-wasm/argon2', 'core, later: hash-wasm/bcrypt', 'core, later: @noble/hashes/argon2'];
  const names = ['core', ...later, 'core + http + hono', 'http/client'];
  writeFileSync(file, JSON.stringify(Object.fromEntries(names.map((name) => [name, size]))));
  expect(programSize(file)).toEqual([
    { name: 'core', gzip: 2 },
    { name: 'core, later: hash-wasm/argon2', gzip: 2 },
  ]);
});

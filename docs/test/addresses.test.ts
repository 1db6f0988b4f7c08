/** Addresses of the project: what the script writes into manifests and security.txt, and what it refuses. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ROOT } from './pages.ts';

const UNSET = {
  repository: null,
  homepage: null,
  bugs: null,
  funding: null,
  securityContact: null,
  securityExpires: null,
};
const ADDRESS = ['https://example.org/acme', 'mfakit'].join('/');
const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+Z/, 'Z');

let folder: string;
const text = (path: string): string => readFileSync(join(folder, path), 'utf8');
const manifest = (): Record<string, unknown> => JSON.parse(text('packages/a/package.json')) as Record<string, unknown>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mfakit-addresses-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of ['.ci', 'packages/a', 'examples', 'docs']) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'packages/a/package.json'), '{ "name": "a", "license": "MIT", "type": "module" }');
  spawnSync('git', ['init', '--quiet'], { cwd: folder });
});

/** Runs the script for a project, and gives its complaints. */
function check(project: Partial<Record<keyof typeof UNSET, string>>, ...args: readonly string[]): readonly string[] {
  writeFileSync(join(folder, '.ci/project.json'), JSON.stringify({ ...UNSET, ...project }));
  const script = join(ROOT, '.ci/check-addresses.mjs');
  const { stdout, status } = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' });
  const complaints = stdout.split('\n').filter((line) => line.startsWith('FAILED'));
  expect(status).toBe(complaints.length === 0 ? 0 : 1);
  return complaints;
}

test('while nothing is set, manifests have no address and there is no security.txt', () => {
  expect(check({}, '--write')).toEqual([]);
  expect(manifest()).toEqual({ name: 'a', license: 'MIT', type: 'module' });
  expect(existsSync(join(folder, '.well-known/security.txt'))).toBe(false);
});

test('an address that is set is missed in a manifest, written behind the license, and taken out again', () => {
  expect(check({ repository: ADDRESS, homepage: ADDRESS })).toHaveLength(1);
  expect(check({ repository: ADDRESS, homepage: ADDRESS }, '--write')).toEqual([]);
  expect(Object.keys(manifest())).toEqual(['name', 'license', 'repository', 'homepage', 'type']);
  expect(manifest()['repository']).toEqual({ type: 'git', url: ADDRESS, directory: 'packages/a' });
  expect(check({})).toHaveLength(3); // the manifest, and both addresses in it
  expect(check({}, '--write')).toEqual([]);
});

test('an address that nobody has set is found in any file', () => {
  writeFileSync(join(folder, 'docs/a.md'), `See ${ADDRESS}.\n`);
  expect(check({})).toEqual([expect.stringContaining(`docs/a.md:1: ${ADDRESS}`)]);
  expect(check({ bugs: ADDRESS }, '--write')).toEqual([]);
});

test('security.txt is written with a contact and an end', () => {
  const project = { securityContact: 'mailto:security@example.org', securityExpires: inDays(180) };
  expect(check(project)).toHaveLength(1);
  expect(check(project, '--write')).toEqual([]);
  expect(text('.well-known/security.txt')).toBe(
    `Contact: mailto:security@example.org\nExpires: ${project.securityExpires}\nPreferred-Languages: en\n`,
  );
  expect(check({})).toHaveLength(1);
  expect(check({}, '--write')).toEqual([]);
  expect(existsSync(join(folder, '.well-known/security.txt'))).toBe(false);
});

test.each([
  ['a contact alone', { securityContact: 'mailto:security@example.org' }, 'both'],
  ['an end alone', { securityExpires: inDays(180) }, 'both'],
  ['a contact that is no URI', { securityContact: 'security@example.org', securityExpires: inDays(180) }, 'URI'],
  ['an end that is over', { securityContact: 'mailto:a@example.org', securityExpires: inDays(-1) }, 'is over'],
  ['an end far away', { securityContact: 'mailto:a@example.org', securityExpires: inDays(400) }, 'more than a year'],
  ['an end in words', { securityContact: 'mailto:a@example.org', securityExpires: 'next May' }, 'is not like'],
])('no security.txt comes from %s', (_, project, complaint) => {
  expect(check(project, '--write')).toEqual([expect.stringContaining(complaint)]);
  expect(existsSync(join(folder, '.well-known/security.txt'))).toBe(false);
});

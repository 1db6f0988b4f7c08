/** The table of what each package needs of others equals the manifests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const manifests = readdirSync(join(ROOT, 'packages'))
  .map((folder) => JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8')) as Manifest)
  .filter((manifest) => manifest.private !== true);

test('docs/supply-chain.md lists what each package needs of others', () => {
  const page = readFileSync(join(ROOT, 'docs/supply-chain.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(@mfakit\/\w+)` +\| (.+?) +\|$/gm)].map(([, name, needs = '']) => [
    name,
    [...needs.matchAll(/`([^`]+)`/g)].map(([, dependency]) => dependency),
  ]);
  const foreign = manifests
    .map(({ name, dependencies = {} }) => [
      name,
      Object.keys(dependencies).filter((key) => !key.startsWith('@mfakit/')),
    ])
    .filter(([, needs]) => needs?.length !== 0);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(foreign));
});

test('no package runs a script when it is installed', () => {
  expect(manifests.length).toBeGreaterThan(15);
  expect(manifests.filter(({ scripts }) => scripts !== undefined)).toEqual([]);
});

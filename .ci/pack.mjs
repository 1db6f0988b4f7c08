// Packs every public package as it is published.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { foldersWith } from './workspace.mjs';

/** @typedef {{ folder: string, manifest: { name: string, version: string, dependencies?: object, peerDependencies?: object } }} Package */

/**
 * The packages that are published, each after those that it needs: core is the first of them.
 * @returns {Package[]}
 */
export function publicPackages() {
  const waiting = foldersWith('package.json')
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) }))
    .filter(({ manifest }) => !manifest.private);
  const ordered = [];
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ manifest }) => manifest.name));
    const next = waiting.filter(({ manifest }) =>
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).every((name) => !names.has(name)),
    );
    if (next.length === 0) throw new Error(`These need each other: ${[...names].join(', ')}`);
    for (const found of next) ordered.push(...waiting.splice(waiting.indexOf(found), 1));
  }
  return ordered;
}

/**
 * Not `npm pack`: it leaves `workspace:` ranges in.
 * @param {string} folder where the tarballs go
 * @returns {string[]} their paths
 */
export function packAll(folder) {
  const filters = publicPackages().map((found) => `--filter=./${found.folder}`);
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['run', '--silent', 'pnpm', '--', '--recursive', ...filters, 'pack', '--pack-destination', folder],
    { encoding: 'utf8', timeout: 120_000 },
  );
  if (status !== 0) throw new Error(`pnpm pack: ${stdout}${stderr}`);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(folder, name));
}

/** The file that `packAll` writes for a package. */
export function tarballOf({ manifest }) {
  return `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
}

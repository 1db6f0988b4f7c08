// Moves each driver and framework that users bring to the newest version that the range of our peers allows, and installs
// it: for a weekly run. It changes manifests and the lockfile, so do not commit after it.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { foldersWith } from './workspace.mjs';

const read = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
const folders = foldersWith('package.json');

const ranges = new Map();
for (const folder of folders) {
  const { private: isPrivate, peerDependencies = {} } = read(folder);
  if (isPrivate) continue;
  for (const [name, range] of Object.entries(peerDependencies))
    if (!name.startsWith('@mfakit/')) ranges.set(name, range);
}

for (const folder of folders) {
  const manifest = read(folder);
  for (const field of ['dependencies', 'devDependencies']) {
    for (const name of Object.keys(manifest[field] ?? {})) {
      if (ranges.has(name)) manifest[field][name] = ranges.get(name);
    }
  }
  writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}

const pnpm = (...args) => spawnSync('npm', ['run', '--silent', 'pnpm', '--', ...args], { stdio: 'inherit' }).status;
console.log([...ranges].map(([name, range]) => `${name} ${range}`).join('\n'));
process.exit(pnpm('install', '--no-frozen-lockfile') || pnpm('update', '--recursive', ...ranges.keys()));

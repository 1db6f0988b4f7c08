// Installs the tools of the site where they are missing or older than their lockfile.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const modifiedMs = (file) => statSync(join(import.meta.dirname, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (modifiedMs('node_modules/.package-lock.json') < modifiedMs('package-lock.json')) {
  const options = { cwd: import.meta.dirname, stdio: 'inherit' };
  process.exitCode = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options).status ?? 1;
}

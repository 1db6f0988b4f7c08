// Installs the dependencies where they are missing or older than the lockfile.
import { spawnSync } from 'node:child_process';
import { statSync, utimesSync } from 'node:fs';

const installed = 'node_modules/.modules.yaml';
const modifiedMs = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (modifiedMs(installed) < modifiedMs('pnpm-lock.yaml')) {
  const { status } = spawnSync('npm', ['run', 'setup'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  // pnpm leaves the file alone when nothing had to change.
  utimesSync(installed, new Date(), new Date());
}

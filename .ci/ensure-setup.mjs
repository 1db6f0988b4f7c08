// Installs the dependencies where they are missing or older than the lockfile. With `demo`, only what `npm run demo` runs with:
// no compiler, no browser and no database server.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';

const installed = 'node_modules/.modules.yaml';
/** There if what is installed is for the demo alone. */
const demoOnly = 'node_modules/.demo-only';
const DEMO = ['--prod', '--filter-prod', '@mfakit/example-hono-sqlite...', '--filter-prod', '@mfakit/example-pages...'];

const modifiedMs = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const isForDemo = process.argv[2] === 'demo';
const isFresh = modifiedMs(installed) >= modifiedMs('pnpm-lock.yaml');

if (!isFresh || (!isForDemo && existsSync(demoOnly))) {
  const args = isForDemo ? ['run', 'setup', '--', ...DEMO] : ['run', 'setup'];
  const { status } = spawnSync('npm', args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  // pnpm leaves the file alone when nothing had to change.
  utimesSync(installed, new Date(), new Date());
  if (isForDemo) writeFileSync(demoOnly, '');
  else rmSync(demoOnly, { force: true });
}

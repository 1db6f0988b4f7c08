// Runs every `check:*` script of package.json to its end and fails if any failed; `--list` only names them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'));

if (process.argv.includes('--list')) {
  console.log(checks.join('\n'));
} else {
  const failed = checks.filter((name) => spawnSync('npm', ['run', name], { stdio: 'inherit' }).status !== 0);
  console.log(failed.length === 0 ? `${checks.length} checks passed` : `Failed: ${failed.join(', ')}`);
  process.exit(failed.length);
}

/** buildCommit: checks a commit of this repository out, installs and builds it, once, below node_modules/.cache. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/mfakit-bench');

/** Packages that a process must have once, by the package of ours that imports them. */
const SHARED = { hono: ['hono'] } as const;

/**
 * @param commit - whatever git takes for one
 * @returns the folder of the built commit
 * @throws {Error} that says what failed: without git, in a shallow clone or without a registry there is nothing to build
 */
export function buildCommit(commit: string): string {
  const hash = run('git', ['rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`], root).trim();
  const folder = join(cache, hash);
  if (existsSync(folder)) return folder;
  // Under its own name only once it is whole.
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const archive = join(unfinished, 'source.tar');
  run('git', ['archive', '--output', archive, hash], root);
  run('tar', ['-xf', archive], unfinished);
  run('npm', ['run', 'setup', '--', '--ignore-scripts'], unfinished);
  run('npm', ['run', 'build'], unfinished);
  for (const [ours, names] of Object.entries(SHARED)) {
    for (const name of names) {
      const link = join(unfinished, 'packages', ours, 'node_modules', name);
      rmSync(link);
      symlinkSync(realpathSync(join(root, 'packages/bench/node_modules', name)), link);
    }
  }
  renameSync(unfinished, folder);
  return folder;
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  const complaint = error?.message ?? (stderr.trim() || stdout.trim());
  throw new Error(`${command} ${args[0] ?? ''} failed: ${complaint.split('\n').at(-1) ?? ''}`);
}

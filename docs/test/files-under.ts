/** filesUnder: the files of a folder and of the folders in it, without what is installed or built. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders whose content nobody wrote here. */
const NOT_OURS: readonly string[] = ['node_modules', 'dist', 'coverage', '.git'];

/**
 * Lists the files under a folder. Links are not followed: in a workspace, `node_modules` links back to the packages that
 * hold it. Since Node 22, `readdirSync` with `recursive` follows such links without end.
 * @returns paths that begin with `folder`, in no order
 */
export function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : filesUnder(path);
    return entry.isFile() ? [path] : [];
  });
}

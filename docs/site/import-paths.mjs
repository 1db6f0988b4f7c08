// What can be imported from the public packages.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './folders.mjs';

/**
 * Every import path that has types, in the order of the packages.
 * @returns {{ folder: string, package: string, description: string, path: string, source: string }[]}
 */
export function importPaths() {
  return readdirSync(join(ROOT, 'packages')).flatMap((folder) => {
    const manifest = join(ROOT, 'packages', folder, 'package.json');
    if (!existsSync(manifest)) return [];
    const { name, description, private: isPrivate = false, exports } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (isPrivate) return [];
    return Object.entries(exports).flatMap(([path, { '@mfakit/source': source }]) =>
      // A stylesheet has none.
      source === undefined
        ? []
        : [
            {
              folder,
              package: name,
              description,
              path: name + path.slice(1),
              source: join(ROOT, 'packages', folder, source),
            },
          ],
    );
  });
}

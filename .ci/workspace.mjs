// Lists the folders of the workspace that hold a given file.
import { existsSync, readdirSync } from 'node:fs';

/**
 * Folders such as `packages/core` that hold `file` (`.` for all of them).
 * @param {string} file
 * @returns {string[]}
 */
export function foldersWith(file) {
  return ['packages', 'examples']
    .flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`))
    .concat('docs')
    .filter((folder) => existsSync(`${folder}/${file}`));
}

// Runs `tsc -b` on the named configs of every workspace folder that has them: `node .ci/tsc.mjs tsconfig.build.json`.
import { spawnSync } from 'node:child_process';
import { foldersWith } from './workspace.mjs';

const projects = process.argv.slice(2).flatMap((config) => foldersWith(config).map((folder) => `${folder}/${config}`));
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...projects], {
  stdio: 'inherit',
});
process.exit(status ?? 1);

// Packs every public package as it would be published and checks the tarballs with publint and attw.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldersWith } from './workspace.mjs';

/** Runs a command and shows its output where it fails. */
function succeeds(command) {
  const { status, stdout, stderr } = spawnSync(command, { shell: true, encoding: 'utf8' });
  console.log(status === 0 ? `ok ${command}` : `FAILED ${command}\n${stdout}${stderr}`);
  return status === 0;
}

const isPublic = (folder) => !JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).private;

const tarballs = mkdtempSync(join(tmpdir(), 'mfakit-'));
let failures = 0;
try {
  for (const folder of foldersWith('package.json').filter(isPublic)) {
    // Not `npm pack`: it leaves `workspace:` ranges in.
    if (!succeeds(`npm run --silent pnpm -- --dir ${folder} pack --pack-destination ${tarballs}`)) failures++;
  }
  for (const name of readdirSync(tarballs)) {
    const tarball = join(tarballs, name);
    if (!succeeds(`publint run ${tarball} --strict`)) failures++;
    if (!succeeds(`attw ${tarball} --profile esm-only --no-color`)) failures++;
  }
} finally {
  rmSync(tarballs, { recursive: true });
}
process.exit(failures === 0 ? 0 : 1);

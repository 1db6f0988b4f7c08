// Compares the addresses in the manifests and security.txt with .ci/project.json, and looks for invented ones in every file;
// `--write` sets the manifests and security.txt.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SECURITY_TXT, securityTxt } from './security-txt.mjs';
import { foldersWith } from './workspace.mjs';

/** What a manifest may say of the project; `null` until the owner of the repository has set it. */
const project = JSON.parse(readFileSync('.ci/project.json', 'utf8'));
const FIELDS = ['repository', 'homepage', 'bugs', 'funding'];

/** An address on which the project would have to stand: its name as a host, or as an owner, organization or package. */
const ADDRESS =
  /(?:[\w.-]+@|https?:\/\/|git(?:\+\w+)?:\/\/|(?:www\.)?git(?:hub|lab)\.com[/:]|npmjs\.com\/)[^\s"'`)<>]*/gi;

/** Files that hold the addresses of others only, or are written by a tool. */
const SKIPPED = /^pnpm-lock\.yaml$/;

const write = process.argv.includes('--write');
const complaints = [];

function expected(field, folder) {
  const value = project[field];
  return field === 'repository' && value !== null ? { type: 'git', url: value, directory: folder } : value;
}

for (const folder of foldersWith('package.json')) {
  const file = `${folder}/package.json`;
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  if (manifest.private) continue;
  const wanted = Object.fromEntries(
    FIELDS.map((field) => [field, expected(field, folder)]).filter(([, value]) => value !== null),
  );
  const found = Object.fromEntries(
    FIELDS.filter((field) => field in manifest).map((field) => [field, manifest[field]]),
  );
  if (JSON.stringify(found) === JSON.stringify(wanted)) continue;
  if (!write) {
    complaints.push(`${file}: ${JSON.stringify(found)}, but .ci/project.json says ${JSON.stringify(wanted)}`);
    continue;
  }
  const rest = Object.entries(manifest).filter(([name]) => !FIELDS.includes(name));
  const at = rest.findIndex(([name]) => name === 'license') + 1;
  const entries = [...rest.slice(0, at), ...Object.entries(wanted), ...rest.slice(at)];
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

const { text: wantedTxt, complaints: aboutTxt } = securityTxt(project, Date.now());
complaints.push(...aboutTxt);
if (write && wantedTxt === null) rmSync(SECURITY_TXT, { force: true });
if (write && wantedTxt !== null) {
  mkdirSync(dirname(SECURITY_TXT), { recursive: true });
  writeFileSync(SECURITY_TXT, wantedTxt);
}
if ((existsSync(SECURITY_TXT) ? readFileSync(SECURITY_TXT, 'utf8') : null) !== wantedTxt) {
  complaints.push(`${SECURITY_TXT} is not what .ci/project.json says: node .ci/check-addresses.mjs --write`);
}

const known = Object.values(project).filter((value) => value !== null);
const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .stdout.split('\n')
  .filter((file) => file !== '' && !SKIPPED.test(file));
if (files.length === 0) complaints.push('git lists no files: nothing was looked at');
for (const file of files) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    continue; // deleted, and not committed yet
  }
  for (const [index, line] of text.split('\n').entries()) {
    for (const [address] of line.matchAll(ADDRESS)) {
      if (!/mfakit/i.test(address) || known.some((value) => address.includes(value))) continue;
      complaints.push(`${file}:${index + 1}: ${address} is not in .ci/project.json`);
    }
  }
}

for (const complaint of complaints) console.log(`FAILED ${complaint}`);
if (complaints.length === 0) console.log(`ok no address but those of .ci/project.json, in ${files.length} files`);
process.exit(complaints.length === 0 ? 0 : 1);

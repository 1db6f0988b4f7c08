// Packs every public package as it would be published, checks what the tarballs contain, and uses them.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packAll, publicPackages } from './pack.mjs';
import { readQuickStart } from './quick-start.mjs';
import { inspectTarball } from './tarball-contents.mjs';

/** Runs a command and shows its output if it fails. */
function succeeds(command, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    timeout: 120_000,
    ...options,
  });
  console.log(status === 0 ? `ok ${command}` : `FAILED ${command}\n${stdout}${stderr}`);
  return status === 0;
}

/** What an application gets beside core when it installs core alone. */
const MOST_PACKAGES = 8;

/** Installs a tarball into a project of its own, and says which packages that brings. */
function broughtBy(tarball, project) {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  if (!succeeds(`npm install --no-audit --no-fund --loglevel=error ${tarball}`, { cwd: project })) return null;
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  const installed = Object.keys(packages).map((path) => path.replace(/^(?:.*\/)?node_modules\//, ''));
  return installed.filter((name) => name !== '' && name !== '@mfakit/core');
}

const { version } = publicPackages()[0].manifest;
const tarballs = mkdtempSync(join(tmpdir(), 'mfakit-'));
let failures = 0;
try {
  for (const tarball of packAll(tarballs)) {
    const name = basename(tarball);
    const complaints = inspectTarball(tarball);
    console.log(complaints.length === 0 ? `ok contents of ${name}` : `FAILED contents of ${name}`);
    for (const complaint of complaints) console.log(`  ${complaint}`);
    if (complaints.length > 0) failures++;
    if (!succeeds(`publint run ${tarball} --strict`)) failures++;
    // A stylesheet has no types.
    if (!succeeds(`attw ${tarball} --profile esm-only --no-color --exclude-entrypoints styles.css`)) failures++;
  }

  const brought = broughtBy(join(tarballs, `mfakit-core-${version}.tgz`), join(tarballs, 'alone'));
  const few = brought !== null && brought.length <= MOST_PACKAGES;
  console.log(`${few ? 'ok' : 'FAILED'} core brings ${brought?.length} packages: ${brought?.join(', ')}`);
  if (!few) failures++;

  // As the quick start says, from an empty folder on.
  const start = readQuickStart();
  const project = join(tarballs, 'project');
  mkdirSync(project);
  const installed = start.packages.map((name) =>
    join(tarballs, `${name.replace('@mfakit/', 'mfakit-')}-${version}.tgz`),
  );
  if (!succeeds('npm init -y', { cwd: project })) failures++;
  if (!succeeds(`npm install --no-audit --no-fund --loglevel=error ${installed.join(' ')}`, { cwd: project }))
    failures++;
  copyFileSync(new URL('tarball-life.mjs', import.meta.url), join(project, 'life.mjs'));
  // Hashing threads must not keep the process: it has to end by itself.
  if (!succeeds('node life.mjs', { cwd: project, timeout: 20_000 })) failures++;

  const node = spawnSync('bash', ['.ci/fetch-node', '24'], { encoding: 'utf8' }).stdout.trim();
  const MFA_KEY = randomBytes(32).toString('base64');
  for (const [file, program] of [
    ['start.mts', start.module],
    ['start.cts', start.commonjs],
  ]) {
    writeFileSync(join(project, file), program);
    const env = { ...process.env, MFA_KEY, PATH: `${node}:${process.env.PATH}` };
    const ran = spawnSync('node', [file], { cwd: project, env, encoding: 'utf8', timeout: 20_000 });
    const right = ran.status === 0 && ran.stdout === start.printed && start.printed.includes('code_already_used');
    console.log(`${right ? 'ok' : 'FAILED'} the quick start, pasted into ${file}`);
    if (!right) console.log(`${ran.stdout}${ran.stderr}`);
    if (!right) failures++;
  }
} finally {
  rmSync(tarballs, { recursive: true });
}
process.exit(failures === 0 ? 0 : 1);

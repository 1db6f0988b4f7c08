// Rehearses a release on a copy: the next versions, the stop at an unset repository, tarballs, SBOMs, and publishing to a
// registry on the loopback. Publishes nothing, and changes nothing here.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publicPackages } from './pack.mjs';
import { startRegistry } from './release-registry.mjs';

/** A repository for the rehearsal alone. */
const REPOSITORY = 'git+https://example.org/rehearsal.git';

function run(program, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 180_000, ...options });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

const root = mkdtempSync(join(tmpdir(), 'mfakit-release-'));
const copy = join(root, 'copy');
const inCopy = { cwd: copy };
const git = (...args) => run('git', ['-c', 'user.name=rehearsal', '-c', 'user.email=none', ...args], inCopy);
const manifestsOf = (folders) => folders.map((folder) => readManifest(join(copy, folder)));
const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Copies what git knows, and what was built. */
function makeCopy() {
  const files = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']).split('\0');
  const built = publicPackages().map(({ folder }) => `${folder}/dist`);
  for (const path of [...files, ...built].filter((name) => name !== '' && existsSync(name))) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(path, join(copy, path), { recursive: true });
  }
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Rehearsal');
}

/** Has changesets make the versions of one change to core, and returns the versions that the packages then have. */
function versionsAfter(bump, folders) {
  git('checkout', '--quiet', '.');
  writeFileSync(join(copy, '.changeset/rehearsal.md'), `---\n'@mfakit/core': ${bump}\n---\n\nA change.\n`);
  const node = run('bash', ['.ci/fetch-node', '24']).trim();
  const env = { ...process.env, PATH: `${node}:${process.env.PATH}` };
  run('npm', ['run', '--silent', 'changeset', '--', 'version'], { ...inCopy, env });
  return new Set(manifestsOf(folders).map(({ version }) => version));
}

/** Runs the release of the copy; not `spawnSync`, since the registry answers in this process. */
async function release(...args) {
  const child = spawn(process.execPath, ['.ci/release.mjs', ...args], {
    ...inCopy,
    env: { ...process.env, npm_config_userconfig: join(root, 'npmrc') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  const [status] = await once(child, 'close');
  return { status, printed };
}

const step = (name) => console.log(`ok ${name}, ${Math.round(process.uptime())} s`);
let registry;
try {
  const packages = publicPackages();
  const folders = packages.map(({ folder }) => folder);
  const [major, minor, patch] = packages[0].manifest.version.split('.').map(Number);
  assert.equal(major, 0, 'from 1.0.0 on, a minor is no break: this rehearsal and docs/stability.md need another look');
  makeCopy();

  assert.deepEqual(versionsAfter('patch', folders), new Set([`0.${minor}.${patch + 1}`]));
  const next = `0.${minor + 1}.0`;
  assert.deepEqual(versionsAfter('minor', folders), new Set([next]));
  step(`a patch makes 0.${minor}.${patch + 1} of every package, a minor ${next}`);

  const refused = await release('packed');
  const { repository } = JSON.parse(readFileSync('.ci/project.json', 'utf8'));
  if (repository === null) {
    assert.deepEqual(refused, { status: 1, printed: 'FAILED set `repository` in .ci/project.json\n' });
    step('a release stops at the repository that is not set');
  }

  const project = JSON.parse(readFileSync(join(copy, '.ci/project.json'), 'utf8'));
  writeFileSync(join(copy, '.ci/project.json'), JSON.stringify({ ...project, repository: REPOSITORY }));
  const unwritten = await release('packed');
  assert.equal(unwritten.status, 1);
  assert.match(unwritten.printed, /check:addresses/);
  run(process.execPath, ['.ci/check-addresses.mjs', '--write'], inCopy);
  step('a release stops at manifests without the address, and a script writes it');

  run(
    'npm',
    ['run', '--silent', 'pnpm', '--', 'install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts'],
    inCopy,
  );
  registry = await startRegistry();
  writeFileSync(join(root, 'npmrc'), `//${registry.host}/:_authToken=rehearsal\n`);
  const address = `--registry=http://${registry.host}`;
  const released = await release('packed', address);
  assert.equal(released.status, 0, released.printed);
  const names = packages.map(({ manifest }) => manifest.name);
  assert.deepEqual(
    registry.published.map(({ name, tags }) => [name, tags]),
    names.map((name) => [name, { latest: next }]),
  );
  assert.equal(names[0], '@mfakit/core');
  for (const { name, manifest } of registry.published) {
    const { folder } = packages.find((found) => found.manifest.name === name);
    assert.deepEqual(manifest.repository, { type: 'git', url: REPOSITORY, directory: folder });
  }
  step(`${names.length} packages checked and published at ${next}, core first`);

  const again = await release('packed', address);
  assert.equal(again.status, 0, again.printed);
  assert.equal(registry.published.length, names.length, 'nothing is published twice');
  step('a second run publishes nothing');

  const packed = readdirSync(join(copy, 'packed'));
  for (const { name, manifest } of registry.published) {
    const file = packed.find((found) => found.endsWith('.cdx.json') && found.includes(`${name.split('/')[1]}-${next}`));
    assert.ok(file, `${name} has no SBOM`);
    const { metadata, components } = JSON.parse(readFileSync(join(copy, 'packed', file), 'utf8'));
    assert.equal(metadata.component.purl, `pkg:npm/${encodeURIComponent('@')}${name.slice(1)}@${next}`);
    const listed = new Set(components.map(({ group, name: alone }) => (group ? `${group}/${alone}` : alone)));
    const missing = Object.keys(manifest.dependencies ?? {}).filter((dependency) => !listed.has(dependency));
    assert.deepEqual(missing, [], `the SBOM of ${name} lacks dependencies`);
  }
  step('each package has an SBOM that lists its dependencies');
} finally {
  await registry?.stop();
  rmSync(root, { recursive: true, force: true });
}

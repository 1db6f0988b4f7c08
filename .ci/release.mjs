// Publishes the built packages: packs them, checks the tarballs, writes an SBOM for each, and publishes core first.
//
//     npm run build && npm run release -- packed
//
// leaves tarballs and SBOMs in packed/. It goes on where an earlier run ended. `--registry=URL` is for the rehearsal.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packAll, publicPackages, tarballOf } from './pack.mjs';
import { inspectTarball } from './tarball-contents.mjs';

function fail(...lines) {
  for (const line of lines) console.log(`FAILED ${line}`);
  process.exit(1);
}

/** Runs a command, and ends everything if it fails. */
function run(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) fail(`${program} ${args.join(' ')}`, `${stdout}${stderr}`);
  return stdout;
}

const given = process.argv.slice(2);
const folder = given.find((word) => !word.startsWith('--'));
const registry =
  given.find((word) => word.startsWith('--registry='))?.slice('--registry='.length) ?? 'https://registry.npmjs.org';

const { repository } = JSON.parse(readFileSync('.ci/project.json', 'utf8'));
// Provenance names the repository, and the registry compares it with the manifest's.
if (repository === null) fail('set `repository` in .ci/project.json');
if (folder === undefined) fail('say where the tarballs go: npm run release -- packed');
run('npm', ['run', '--silent', 'check:addresses']);

const packages = publicPackages();
const pending = readdirSync('.changeset').filter((name) => name.endsWith('.md'));
if (pending.length > 0) fail(`run \`npm run changeset version\` and commit first: ${pending.join(', ')} is waiting`);
const [version, ...others] = new Set(packages.map(({ manifest }) => manifest.version));
if (others.length > 0) fail(`all packages have one version, not ${version} and ${others.join(', ')}`);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const complaints = packAll(resolve(folder)).flatMap((tarball) =>
  inspectTarball(tarball).map((complaint) => `${tarball}: ${complaint}`),
);
if (complaints.length > 0) fail(...complaints);

const filters = packages.map((found) => `--filter=${found.manifest.name}`);
const sbom = ['sbom', '--prod', '--split', '--sbom-format=cyclonedx', `--out=${resolve(folder)}/%s-%v.cdx.json`];
run('npm', ['run', '--silent', 'pnpm', '--', ...filters, ...sbom]);

const tag = version.includes('-') ? 'next' : 'latest';
// Only there can the registry tell who built it.
const provenance = process.env['GITHUB_ACTIONS'] === 'true' ? ['--provenance'] : [];
for (const found of packages) {
  const name = `${found.manifest.name}@${version}`;
  const { status } = await fetch(`${registry}/${encodeURIComponent(found.manifest.name)}/${version}`);
  if (status === 200) {
    console.log(`ok ${name} is published already`);
    continue;
  }
  if (status !== 404) fail(`${registry} answers ${status} about ${name}`);
  run('npm', [
    'publish',
    join(resolve(folder), tarballOf(found)),
    `--tag=${tag}`,
    '--access=public',
    ...provenance,
    `--registry=${registry}`,
  ]);
  console.log(`ok ${name} published as ${tag}`);
}

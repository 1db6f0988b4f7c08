// What a tarball must contain before it may be published, and what it must not.
import { spawnSync } from 'node:child_process';

const REQUIRED = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];
const FORBIDDEN = /(?:^|\/)(?:test|tests|fixtures|node_modules)\/|\.test\.|\.tsbuildinfo$|\.tgz$/;
const FIELDS = ['description', 'keywords', 'license', 'engines', 'exports', 'publishConfig'];

function untar(flags, tarball, ...paths) {
  const { status, stdout, stderr } = spawnSync('tar', [flags, tarball, ...paths], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  return stdout;
}

/** Sources that a bundle has from elsewhere, as its map tells: their license must be passed on with them. */
function hasForeignSources(files, tarball) {
  const maps = files.filter((file) => /^dist\/.*\.js\.map$/.test(file));
  const sources = maps.flatMap((map) => JSON.parse(untar('-xzOf', tarball, `package/${map}`)).sources);
  return sources.some((source) => source.includes('node_modules/'));
}

/** Every file that an entry of `exports` leads to. */
function targetsOf(exports) {
  if (typeof exports === 'string') return [exports.replace(/^\.\//, '')];
  return Object.values(exports).flatMap(targetsOf);
}

/** Ranges of our own packages: all are released together, so each must admit the version that it is released with. */
function rangeComplaints(manifest) {
  return ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((field) =>
    Object.entries(manifest[field] ?? {})
      .filter(([name, range]) => name.startsWith('@mfakit/') && range !== `^${manifest.version}`)
      .map(([name, range]) => `${field} has ${name} ${range}, not ^${manifest.version}`),
  );
}

/**
 * @param {string} tarball
 * @returns {string[]} what is wrong with it
 */
export function inspectTarball(tarball) {
  const files = untar('-tzf', tarball)
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('/'))
    .map((path) => path.replace(/^package\//, ''));
  const text = untar('-xzOf', tarball, 'package/package.json');
  const manifest = JSON.parse(text);
  const changelog = files.includes('CHANGELOG.md') ? untar('-xzOf', tarball, 'package/CHANGELOG.md') : '';
  const missing = [...REQUIRED, ...targetsOf(manifest.exports ?? {})].filter((file) => !files.includes(file));
  return [
    ...(hasForeignSources(files, tarball) && !files.includes('dist/LICENSES.txt')
      ? ['dist/LICENSES.txt is missing']
      : []),
    ...missing.map((file) => `${file} is missing`),
    ...files.filter((file) => FORBIDDEN.test(file)).map((file) => `${file} does not belong there`),
    ...FIELDS.filter((field) => !(field in manifest)).map((field) => `package.json has no ${field}`),
    ...(text.includes('workspace:') ? ['package.json has a workspace: range'] : []),
    ...rangeComplaints(manifest),
    ...(changelog.includes(`\n## ${manifest.version}\n`) ? [] : [`CHANGELOG.md says nothing of ${manifest.version}`]),
  ];
}

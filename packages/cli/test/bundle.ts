/** Bundles the command line once a test file: Node 20 runs no TypeScript, and tests need no build. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const PACKAGE = join(import.meta.dirname, '..');
/** Inside the package, so that its dependencies are found from there. */
const CACHE = join(PACKAGE, 'node_modules/.cache');

let bundled: Promise<string> | undefined;
let remove: (() => void) | undefined;

/** The path of the program. What a command loads when it needs it stays a file of its own, as in the package. */
export function bundledMain(): Promise<string> {
  return (bundled ??= bundle());
}

/** Removes what was bundled; every test file does so in the end. */
export function removeBundle(): void {
  remove?.();
  bundled = remove = undefined;
}

async function bundle(): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'cli-'));
  remove = () => rmSync(folder, { recursive: true });
  for (const name of ['package.json', 'templates'])
    cpSync(join(PACKAGE, name), join(folder, name), { recursive: true });
  const build = await rolldown({
    input: join(PACKAGE, 'src/main.ts'),
    platform: 'node',
    external: ['commander', 'picocolors'],
    resolve: { conditionNames: ['@mfakit/source', 'module', 'import', 'node', 'default'] },
  });
  await build.write({ dir: join(folder, 'dist'), entryFileNames: 'main.mjs', chunkFileNames: '[name]-[hash].mjs' });
  await build.close();
  return join(folder, 'dist/main.mjs');
}

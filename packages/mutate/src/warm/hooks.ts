/** Hooks: modules of the workspace are loaded anew for each change, the changed one with the change in it, and test files for each run. */
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { apply, type Mutant } from '../mutants.ts';

/** Node's own loader; it has these from 22.15 on, and the types of 20 do not know them. */
interface Loader {
  readonly registerHooks: (hooks: {
    resolve(specifier: string, context: unknown, next: (specifier: string, context: unknown) => Resolved): Resolved;
    load(url: string, context: unknown, next: (url: string, context: unknown) => Loaded): Loaded;
  }) => void;
  readonly stripTypeScriptTypes: (code: string) => string;
}
type Resolved = { readonly url: string; readonly shortCircuit?: boolean };
type Loaded = { readonly format: string; readonly source: string; readonly shortCircuit?: boolean };
const { registerHooks, stripTypeScriptTypes } = nodeModule as unknown as Loader;

const VITEST = new URL('./vitest.js', import.meta.url).href;
const VERSION = /\?change=\d+(?:&run=\d+)?$/;

/** What is loaded from now on. */
export interface Version {
  /** Grows with each change: modules of another number are loaded anew. */
  number: number;
  /** Grows with each run: a test file that was loaded before registers no tests. */
  run: number;
  mutant: Pick<Mutant, 'file' | 'start' | 'end' | 'replacement'> | null;
}

/**
 * Registers the hooks, once per process.
 * @param root - the folder of the workspace
 */
export function loadVersions(root: string, version: Version): void {
  if (typeof registerHooks !== 'function') throw new Error('--warm needs Node 22.15 or newer');
  const packages = pathToFileURL(`${root}/packages/`).href;
  const plain = new Map<string, string>();

  /** A source without its types. */
  function textOf(path: string): string {
    const { mutant } = version;
    if (mutant !== null && path === `${root}/${mutant.file}`) {
      return stripTypeScriptTypes(apply(readFileSync(path, 'utf8'), mutant));
    }
    const text = plain.get(path) ?? stripTypeScriptTypes(readFileSync(path, 'utf8'));
    plain.set(path, text);
    return text;
  }

  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'vitest') return { url: VITEST, shortCircuit: true };
      const found = next(specifier, context);
      const ours = found.url.startsWith(packages) && found.url.endsWith('.ts') && !found.url.includes('/node_modules/');
      if (!ours) return found;
      const run = found.url.endsWith('.test.ts') ? `&run=${version.run}` : '';
      return { ...found, url: `${found.url}?change=${version.number}${run}` };
    },
    load(url, context, next) {
      if (!VERSION.test(url)) return next(url, context);
      return { format: 'module', source: textOf(fileURLToPath(url.replace(VERSION, ''))), shortCircuit: true };
    },
  });
}

/** packagesBrought, programSize: what core brings into an application: packages to install, and bytes to ship. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages that are installed with one, however deep; itself does not count.
 * @param folder - of the package
 * @returns each with its version, as it was found from here
 */
export function packagesBrought(folder: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (from: string): void => {
    const { dependencies = {} } = manifestOf(from);
    for (const name of Object.keys(dependencies)) {
      const at = installed(name, from);
      const { version } = manifestOf(at);
      if (found.has(`${name}@${version}`)) continue;
      found.add(`${name}@${version}`);
      visit(at);
    }
  };
  visit(realpathSync(folder));
  return found;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Where Node finds a dependency. */
function installed(name: string, from: string): string {
  for (let above = from; ; above = dirname(above)) {
    const folder = join(above, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return realpathSync(folder);
    if (above === dirname(above)) throw new Error(`${name} is not installed for ${from}`);
  }
}

/** A part of a program, minified and compressed. */
export interface SizedPart {
  readonly name: string;
  readonly gzip: number;
}

/** What is loaded at the start, and what the first backup code loads. The rest is for imported codes, or for other runtimes. */
const NEEDED = ['core', 'core, later: hash-wasm/argon2'];

/**
 * A program that calls `createMfa`, and what Argon2id needs at its first use.
 * @param sizes - the figures that `npm run check:sizes` keeps, and compares with a build
 */
export function programSize(sizes: string): readonly SizedPart[] {
  const kept = JSON.parse(readFileSync(sizes, 'utf8')) as Readonly<Record<string, { readonly gzip: number }>>;
  return Object.entries(kept)
    .filter(([name]) => NEEDED.includes(name))
    .map(([name, { gzip }]) => ({ name, gzip }));
}

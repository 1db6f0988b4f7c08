/** Guide pages: the TypeScript of a page, compiled where its imports are found. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** The code of a page as one module; its lines keep their numbers. */
function codeOf(page: string): string {
  let inside = false;
  const lines = readFileSync(join(ROOT, page), 'utf8')
    .split('\n')
    .map((line) => {
      const fence = /^```(.*)$/.exec(line)?.[1];
      if (fence !== undefined) inside = fence === 'ts';
      return inside && fence === undefined ? line : '';
    });
  return lines.join('\n');
}

/** Writes the code of a page into a folder of the package; `remove` takes it away again. */
export function writePage(page: string, packageFolder: string): { readonly file: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(packageFolder, 'test', '.docs-'));
  const file = join(folder, 'page.ts');
  writeFileSync(file, codeOf(page));
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

/** @returns what tsc says about a page: nothing if it compiles */
export function compilePage(page: string, packageFolder: string): string {
  const { file, remove } = writePage(page, packageFolder);
  try {
    return compile(join(file, '..'), 'page.ts');
  } finally {
    remove();
  }
}

/** @returns what tsc says about a file in a folder, which gets a `tsconfig.json`: nothing if it compiles */
export function compile(folder: string, file: string): string {
  const config = join(folder, 'tsconfig.json');
  // Pages have code for servers and for browsers.
  const compilerOptions = { noEmit: true, rootDir: ROOT, lib: ['es2023', 'dom', 'dom.iterable'] };
  const extended = join(ROOT, 'tsconfig.base.json');
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include: [file] }));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' }).stdout;
}

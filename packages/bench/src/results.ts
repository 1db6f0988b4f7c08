/** Results: keeps the last findings of each benchmark, so that the page can combine runs from different days. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Findings } from './bench.ts';
import type { Machine } from './machine.ts';

/** What one run found, and on which machine. */
export interface Result {
  readonly machine: Machine;
  readonly findings: Findings;
}

const folder = fileURLToPath(new URL('../results/', import.meta.url));

/** @returns the path of the written file */
export function keepResult(name: string, result: Result): string {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}${name}.json`;
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** @returns `null` if no result of the benchmark was ever kept */
export function readResult(name: string): Result | null {
  try {
    return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Result;
  } catch {
    return null;
  }
}

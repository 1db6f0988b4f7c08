/** Judged: survivors of earlier runs that change nothing which a caller, an operator or a stored record could show. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';

/** A change that was judged, as a run prints it. */
export interface Judged extends Pick<Mutant, 'file' | 'operator' | 'before' | 'after'> {
  /** Why nothing can notice it. */
  readonly why: string;
}

/** The changes to a package that were judged: `judged/NAME.json`. */
export function judgedOf(root: string, name: string): readonly Judged[] {
  const file = join(root, 'packages/mutate/judged', `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Judged[]) : [];
}

/** The mutants that nobody has judged, how many somebody has, and what was judged and is no longer among them. */
export function withoutJudged(
  mutants: readonly Mutant[],
  judged: readonly Judged[],
): { readonly left: readonly Mutant[]; readonly judged: number; readonly stale: readonly Judged[] } {
  const known = new Set(judged.map(idOf));
  const left = mutants.filter((mutant) => !known.has(idOf(mutant)));
  const all = new Set(mutants.map(idOf));
  return { left, judged: mutants.length - left.length, stale: judged.filter((each) => !all.has(idOf(each))) };
}

/** The same text twice in a file is the same change twice. */
function idOf({ file, operator, before, after }: Omit<Judged, 'why'>): string {
  return JSON.stringify([file, operator, before, after]);
}

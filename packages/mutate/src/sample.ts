/** Sample: a choice of mutants that depends on a seed alone. */
import { createHash } from 'node:crypto';
import type { Mutant } from './mutants.ts';

/**
 * Chooses mutants, in random order. Each has a rank of its own, so that an edit of the code changes the choice only as far
 * as it adds and removes mutants.
 */
export function sample(mutants: readonly Mutant[], size: number, seed: string): readonly Mutant[] {
  const ranked = mutants.map((mutant) => {
    const rank = createHash('sha256').update(`${seed}\n${mutant.name}`).digest('hex');
    return { mutant, rank };
  });
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.slice(0, size).map(({ mutant }) => mutant);
}

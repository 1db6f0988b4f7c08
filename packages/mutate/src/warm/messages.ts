/** Messages: between the tool and the process that runs the tests. */
import type { Mutant } from '../mutants.ts';
import type { Coverage } from './coverage.ts';

/** Run the files, the first ones in front, against this change; `null`: against none. */
export interface ToChild {
  readonly mutant: Mutant | null;
  readonly order: readonly string[];
}

/** `file`: the one that failed; `null`: none did. */
export type FromChild =
  | { readonly ready: true }
  | { readonly file: string | null; readonly ms: number; readonly coverage: Coverage };

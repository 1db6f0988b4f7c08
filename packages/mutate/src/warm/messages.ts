/** Messages: between the tool and the process that runs the tests. */
import type { Mutant } from '../mutants.ts';
import type { Coverage } from './coverage.ts';

/** Run a file against a change; `null`: against none. */
export interface ToChild {
  readonly mutant: Mutant | null;
  readonly file: string;
  /** Whether the sources are to be loaded anew: the file is the first one against this change. */
  readonly anew: boolean;
  /** Whether to tell what the file runs of the sources, which takes time. */
  readonly measured: boolean;
}

export type FromChild =
  | { readonly ready: true }
  | { readonly failed: boolean; readonly ms: number; readonly coverage: Coverage };

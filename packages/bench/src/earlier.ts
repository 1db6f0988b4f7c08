/** loadEarlier: the packages of an earlier commit, loaded beside those of today and called in the same way. */
import type { createMfa } from '@mfakit/core';
import type { mfaRouter } from '@mfakit/hono';
import type { memoryStore } from '@mfakit/memory';
import type { migrate, postgresStore } from '@mfakit/postgres';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildCommit } from './earlier-build.ts';

/**
 * What the benches call of a commit. The types are those of today: the calls that the benches make (`setup`, `confirm`,
 * `begin`, `verify`) and the options that they set are the same since `ff3b201`. Stores go only with the core of their commit.
 */
export interface Earlier {
  /** As it was asked for. */
  readonly commit: string;
  readonly createMfa: typeof createMfa;
  readonly memoryStore: typeof memoryStore;
  readonly mfaRouter: typeof mfaRouter;
  readonly migrate: typeof migrate;
  readonly postgresStore: typeof postgresStore;
}

/** Why there is nothing to compare with, as a sentence. */
export type NoEarlier = string;

/**
 * @param commit - `null` where none was asked for
 * @returns the commit, or why it is missing; an empty sentence if none was asked for
 */
export async function loadEarlier(commit: string | null): Promise<Earlier | NoEarlier> {
  if (commit === null) return '';
  let folder: string;
  try {
    folder = buildCommit(commit);
  } catch (error) {
    return `Not compared with ${commit}: ${error instanceof Error ? error.message : String(error)}.`;
  }
  const load = <Module>(name: string): Promise<Module> =>
    import(/* @vite-ignore */ pathToFileURL(join(folder, 'packages', name, 'dist/index.js')).href) as Promise<Module>;
  const core = await load<Pick<Earlier, 'createMfa'>>('core');
  const memory = await load<Pick<Earlier, 'memoryStore'>>('memory');
  const hono = await load<Pick<Earlier, 'mfaRouter'>>('hono');
  const postgres = await load<Pick<Earlier, 'migrate' | 'postgresStore'>>('postgres');
  return {
    commit,
    createMfa: core.createMfa,
    memoryStore: memory.memoryStore,
    mfaRouter: hono.mfaRouter,
    migrate: postgres.migrate,
    postgresStore: postgres.postgresStore,
  };
}

/** What a page says of the comparison. */
export function sayEarlier(earlier: Earlier | NoEarlier): readonly string[] {
  if (typeof earlier !== 'string') {
    return [
      `Commit \`${earlier.commit}\` of this repository was installed and built apart, with the versions that it pinned, and ` +
        'loaded into the same process: it takes its turns in the same rounds.',
    ];
  }
  return earlier === '' ? [] : [earlier];
}

/** Configuration: where the users are and which keys open their secrets, from a file, the environment or file flags. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MfaOptions, MfaStore } from '@mfakit/core';
import { Failure, usage } from './failure.ts';
import { readInput } from './input.ts';
import { storeFromUrl, type OpenStore } from './store-from-url.ts';

/** What `mfakit.config.js` exports as its default. */
export interface MfakitConfig {
  /** Opens the store; called once, by commands that need it. Without it, the URL of the database is asked for. */
  readonly store?: () => MfaStore | Promise<MfaStore>;
  /** Creates the tables of that store, for `mfakit migrate`; with `--outbox` that of the outbox, too. */
  readonly migrate?: (options: { readonly outbox: boolean }) => Promise<void>;
  /** Master keys, newest first. Default: those of `MFAKIT_KEYS`. */
  readonly keys?: readonly string[];
  /** What your application gives `createMfa` beside: `lockout`, `require`, `factors`, `onEvent`. */
  readonly options?: Partial<Omit<MfaOptions, 'store' | 'keys'>>;
  /** Closes what `store` opened, before the command ends. */
  readonly close?: () => Promise<void>;
}

/** What the flags say about it. */
export interface ConfigFlags {
  readonly config?: string;
  readonly databaseUrlFile?: string;
  readonly keysFile?: string;
}

/** What a command finds. Nothing is opened before it is asked for. */
export interface Configuration {
  readonly open: () => Promise<OpenStore>;
  readonly keys: readonly string[];
  readonly options: NonNullable<MfakitConfig['options']>;
}

const NAMES = ['mfakit.config.js', 'mfakit.config.mjs', 'mfakit.config.ts'] as const;

/** @throws {Failure} that names the file or the variable, never what is in it */
export async function configure(flags: ConfigFlags): Promise<Configuration> {
  const path = flags.config ?? NAMES.find((name) => existsSync(name));
  const config = path === undefined ? {} : await load(path);
  return {
    open: opener(config, path, flags),
    keys:
      flags.keysFile === undefined
        ? (config.keys ?? keysIn(process.env['MFAKIT_KEYS']))
        : keysIn(await readInput(flags.keysFile)),
    options: config.options ?? {},
  };
}

async function load(path: string): Promise<MfakitConfig> {
  if (path.endsWith('.ts') && !('typescript' in process.features && process.features.typescript)) {
    throw usage(`${path} needs Node 22.18 or newer, which reads TypeScript. Write it as mfakit.config.js here.`);
  }
  if (!existsSync(path)) throw usage(`There is no file ${path}.`);
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as typeof module;
  } catch (cause) {
    throw Object.assign(new Failure('bad_config', `${path} does not load.`), { cause });
  }
  if (typeof module.default !== 'object' || module.default === null) {
    throw usage(`${path} must export an object as its default.`);
  }
  return module.default;
}

function opener(config: MfakitConfig, path: string | undefined, flags: ConfigFlags): () => Promise<OpenStore> {
  const { store, migrate, close } = config;
  if (flags.databaseUrlFile === undefined && store !== undefined) {
    return async () => ({
      store: await store(),
      name: `the store of ${path}`,
      ...(migrate !== undefined && { migrate: async (what) => migrate(what) }),
      close: async () => close?.(),
    });
  }
  return async () => {
    const url =
      flags.databaseUrlFile === undefined ? process.env['MFAKIT_DATABASE_URL'] : await readInput(flags.databaseUrlFile);
    if (url === undefined || url.trim() === '') {
      throw usage(
        'Say where the users are: put a URL into the variable MFAKIT_DATABASE_URL, or write a mfakit.config.js.',
      );
    }
    return storeFromUrl(url.trim());
  };
}

/** Newest first, one a line or with commas between them. */
function keysIn(text = ''): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

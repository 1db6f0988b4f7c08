/** Drivers: the operator's own database packages, found from the folder that the command runs in. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.ts';

/** What a module exports. */
export type Module = Readonly<Record<string, unknown>>;

/** A package that can drive a database, and what it makes. */
export interface Driver<T> {
  /** What is imported, such as `mysql2/promise`. */
  readonly module: string;
  readonly open: (module: Module) => T | Promise<T>;
}

/**
 * Opens the database with the first of these drivers that is installed.
 * @param database - its name in a sentence
 * @throws {Failure} that names what to install
 */
export async function openWithDriver<T>(database: string, drivers: readonly Driver<T>[]): Promise<T> {
  for (const { module, open } of drivers) {
    const path = resolve(module);
    if (path === null) continue;
    let loaded: Module;
    try {
      loaded = (await import(path)) as Module;
    } catch (cause) {
      throw new Failure('driver_missing', `The package ${module} is there, but does not load: ${reasonOf(cause)}`);
    }
    return open(loaded);
  }
  const names = drivers.map(({ module }) => module.split('/')[0]).filter((name) => name?.startsWith('node:') === false);
  const [first = '', ...others] = names;
  const alternatives = others.length === 0 ? '' : ` (or ${others.join(', ')})`;
  throw new Failure(
    'driver_missing',
    `The URL is one of ${database}, and no driver for it is installed here. Install one in this folder: npm install ${first}${alternatives}`,
  );
}

/** The operator's package if there is one, else what lies beside this one. */
function resolve(module: string): string | null {
  if (module.startsWith('node:')) return process.getBuiltinModule(module) === undefined ? null : module;
  for (const from of [pathToFileURL(join(process.cwd(), 'mfakit.config.js')), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(from).resolve(module)).href;
    } catch {
      // It is not there, or not to be found from there.
    }
  }
  return null;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown reason';
}

/** An export by its name, or that of a CommonJS module which Node gives as `default`. */
export function exported(module: Module, name: string): unknown {
  const found = module[name] ?? Object(module['default'])[name];
  if (found === undefined)
    throw new Failure('driver_missing', `The driver has no export ${name}: it is of another version.`);
  return found;
}

/** A store from a URL: which database it names, and the package and driver that speak to it. */
import type { MfaStore } from '@mfakit/core';
import { Failure } from './failure.ts';

/** An open store, and what the command line does beside the core. */
export interface OpenStore {
  readonly store: MfaStore;
  /** What an operator knows it by, without a password. */
  readonly name: string;
  /** Creates its tables; absent if there is nothing to create, or somebody else does. */
  readonly migrate?: (options: { readonly outbox: boolean }) => Promise<void>;
  /** The database's own clock, in epoch milliseconds. */
  readonly clock?: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Opens the store behind a URL. */
type Opener = (url: string) => Promise<OpenStore>;

/** By scheme. Each is loaded when it is needed. */
const OPENERS: Readonly<Record<string, () => Promise<Opener>>> = {
  postgres: async () => (await import('./stores/postgres.ts')).openPostgres,
  postgresql: async () => (await import('./stores/postgres.ts')).openPostgres,
  mysql: async () => (await import('./stores/mysql.ts')).openMysql,
  mariadb: async () => (await import('./stores/mysql.ts')).openMysql,
  redis: async () => (await import('./stores/redis.ts')).openRedis,
  rediss: async () => (await import('./stores/redis.ts')).openRedis,
  sqlite: async () => (await import('./stores/sqlite.ts')).openSqlite,
  file: async () => (await import('./stores/sqlite.ts')).openSqlite,
};

const KNOWN = 'postgres://, mysql://, redis:// or sqlite:path';

/**
 * @throws {Failure} that names the rule that the URL breaks, or the driver to install; never the URL
 */
export async function storeFromUrl(url: string): Promise<OpenStore> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  const opener = Object.hasOwn(OPENERS, scheme) ? OPENERS[scheme] : undefined;
  if (opener === undefined) {
    throw new Failure(
      'bad_url',
      `The URL of the database must begin with ${KNOWN}. For another one write a mfakit.config.js.`,
    );
  }
  const open = await opener();
  return open(url);
}

/**
 * The parts of a URL with a host.
 * @throws {Failure} that names no part
 */
export function parseUrl(url: string): { readonly parsed: URL; readonly name: string } {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Failure(
      'bad_url',
      'The URL of the database cannot be parsed. Percent-encode special characters of its password.',
    );
  }
  return { parsed, name: `${parsed.protocol}//${parsed.host}${parsed.pathname}` };
}

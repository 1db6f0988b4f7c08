/** A project: a folder with a real SQLite file in it, and users who have enrolled. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMfa, type Mfa, type MfaStore } from '@mfakit/core';
import { TOLD } from '@mfakit/notify';
import { migrate, sqliteStore, type SqliteDatabase } from '@mfakit/sqlite';
import { quickHasher, virtualAuthenticator } from '@mfakit/testkit';
import { removeBundle } from './bundle.ts';
import { run, type Ran, type RunOptions } from './run.ts';

type Connection = SqliteDatabase & { close(): unknown };
const Libsql = createRequire(import.meta.url)('libsql') as new (path: string) => Connection;

/** A folder that commands run in. */
export interface Project {
  readonly folder: string;
  readonly key: string;
  readonly env: Readonly<Record<string, string>>;
  readonly store: MfaStore;
  readonly mfa: Mfa;
  /** What must never be printed: keys, secrets and codes. */
  readonly secrets: string[];
  enroll(...userIds: readonly string[]): Promise<void>;
  run(args: string, options?: Partial<RunOptions>): Promise<Ran>;
  remove(): void;
}

/** Makes a project. */
export async function createProject(): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-cli-'));
  const path = join(folder, 'mfa.db');
  const database = new Libsql(path);
  await migrate(database, { outbox: true });
  const key = randomBytes(32).toString('base64');
  const store = sqliteStore(database, { outbox: { types: TOLD } });
  // A test's own file need not outlive a power cut, and is set up a hundred times faster.
  database.exec('PRAGMA synchronous = OFF');
  const mfa = createMfa({ issuer: 'Acme', store, keys: [key], verifyPassword: 'passwordless', hasher: quickHasher });
  const env = { MFAKIT_DATABASE_URL: `sqlite:${path}`, MFAKIT_KEYS: key };
  const secrets = [key];
  return {
    folder,
    key,
    env,
    store,
    mfa,
    secrets,
    async enroll(...userIds) {
      for (const userId of userIds) {
        const { uri, secret, backupCodes } = await mfa.setup({ userId }, { accountName: userId });
        await mfa.confirm({ userId }, { code: virtualAuthenticator(uri).code() });
        secrets.push(secret, ...backupCodes);
      }
    },
    run: (args, options) => run(args === '' ? [] : args.split(' '), { cwd: folder, env, ...options }),
    remove() {
      database.close();
      rmSync(folder, { recursive: true });
      removeBundle();
    },
  };
}

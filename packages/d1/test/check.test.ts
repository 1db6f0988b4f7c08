/** What is wrong with a database is told by name: missing tables, and clients of other libraries. */
import { createMfa, type MfaError } from '@mfakit/core';
import { drizzle } from 'drizzle-orm/d1';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { d1Store, migrate, pruneEvents, type D1Database } from '../src/index.ts';
import { resetTables, sql } from './tables.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd();
}, 60_000);
afterAll(() => workerd.stop());
beforeEach(() => resetTables(workerd.database));

const LACKS = /^This D1 database lacks mfa_record.*: run migrate\(\), or schema\.sql with wrangler\.$/;

test('missing tables: every call says so to the operator, and the core does not tell', async () => {
  const store = d1Store(workerd.empty);
  for (const call of [
    () => store.read('ann'),
    () => store.commit({ userId: 'ann', expected: 'r', next: null, events: [] }),
    () => store.events('ann', { limit: 1 }),
    () => store.scan({ limit: 1 }),
    () => store.check?.(),
  ]) {
    await expect(call).rejects.toThrow(LACKS);
  }
  const keys = [Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')];
  const mfa = createMfa({ issuer: 'Acme', store, keys, verifyPassword: 'passwordless' });
  for (const call of [() => mfa.status('ann'), () => mfa.check()]) {
    const error = await call().then(
      () => null,
      (thrown: unknown) => thrown as MfaError,
    );
    expect(error?.code).toBe('store_unavailable');
    expect(error?.cause).toMatchObject({ message: expect.stringMatching(LACKS) });
    expect(error?.message).not.toContain('migrate');
  }
  // Afterwards the same store serves.
  await migrate(workerd.empty);
  expect(await store.read('ann')).toBeNull();
  expect(await store.check?.()).toBeUndefined();
});

test('one column is named', async () => {
  await sql(workerd.database, 'ALTER TABLE mfa_event DROP COLUMN at');
  await expect(d1Store(workerd.database).check?.()).rejects.toThrow(/lacks mfa_event\.at: run migrate/);
});

test('the table of the outbox is missed only by a store that has the option', async () => {
  const { database } = workerd;
  const store = d1Store(database, { outbox: { types: ['reset'] } });
  const missing = /lacks mfa_outbox\.id,.*: run migrate\(\) with outbox: true, or schema-outbox\.sql with wrangler\.$/;
  await expect(store.check?.()).rejects.toThrow(missing);
  await expect(store.outbox?.claim(1, 1)).rejects.toThrow(/run migrate\(\) with outbox: true/);
  expect(await d1Store(database).check?.()).toBeUndefined();
  await migrate(database, { outbox: true });
  expect(await store.check?.()).toBeUndefined();
  expect(await store.outbox?.stats()).toEqual({ waiting: 0, parked: 0, oldest: null });
});

/** What the published types of these clients promise. */
const shaped = (...names: readonly string[]): unknown => Object.fromEntries(names.map((name) => [name, () => null]));

const kysely = new Kysely({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

describe('what is no binding is told what to hand over instead', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a session', () => workerd.proxy.withSession?.('first-primary'), /a session of D1\. It may read from a replica/],
    ['Kysely', () => kysely, /Kysely\. Hand over the binding/],
    ['Drizzle', () => drizzle(workerd.proxy as never), /Drizzle\. Hand over the binding.*\$client/],
    ['Prisma', () => shaped('$queryRawUnsafe', '$executeRawUnsafe'), /Prisma\. Hand over the binding/],
    ['@libsql/client', () => shaped('execute', 'batch', 'executeMultiple'), /libsql.*hand over the binding/],
    ['better-sqlite3', () => shaped('prepare', 'exec', 'close'), /Use sqliteStore of @mfakit\/sqlite/],
    ['nothing', () => undefined, /must be a D1 binding/],
    ['an environment', () => ({ DB: workerd.database }), /must be a D1 binding/],
  ])('%s', async (_name, client, message) => {
    const database = client() as D1Database;
    expect(() => d1Store(database)).toThrow(TypeError);
    expect(() => d1Store(database)).toThrow(message);
    await expect(migrate(database)).rejects.toThrow(message);
    await expect(pruneEvents(database, { before: new Date() })).rejects.toThrow(message);
  });

  test('an option of the wrong type', () => {
    expect(() => d1Store(workerd.database, { events: 'yes' as unknown as boolean })).toThrow(TypeError);
  });
});

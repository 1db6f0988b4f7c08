import { PGlite } from '@electric-sql/pglite';
import { OUTBOX_TYPES, storeCases, type TestStore } from '@mfakit/testkit';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { fromPostgresJs, migrate, postgresStore } from '../src/index.ts';
import { openDatabase, type TestDatabase } from './database.ts';

describe('pg Pool and postgres.js', () => {
  let database: TestDatabase;
  let schema: string;
  let sql: postgres.Sql;
  beforeAll(async () => {
    // As it comes: a hasty one fails `check`.
    database = await openDatabase({});
    schema = await database.createSchema();
    await migrate(database.pools[0], { schema, outbox: true });
    sql = postgres(database.url, { max: 8, onnotice: () => undefined });
  });
  afterAll(async () => {
    await sql.end();
    await database.dropSchema(schema);
    await database.close();
  });

  /** Drops the tables, and makes new ones when the case has ended. */
  const breakable = (): Pick<TestStore, 'breakDown' | 'close'> => {
    let broken = false;
    return {
      async breakDown() {
        broken = true;
        await database.pools[0].query(`DROP TABLE ${schema}.mfa_record, ${schema}.mfa_event, ${schema}.mfa_outbox`);
      },
      async close() {
        if (broken) await migrate(database.pools[0], { schema, outbox: true });
      },
    };
  };

  describe('two pg Pools with an outbox, one of them with named statements', () => {
    const outbox = { types: OUTBOX_TYPES };
    const cases = storeCases(async () => {
      await database.empty(schema);
      const [one, other] = database.pools;
      await one.query(`TRUNCATE ${schema}.mfa_outbox`);
      const connections = [
        postgresStore(one, { schema, outbox }),
        postgresStore(other, { schema, namedStatements: true, outbox }),
      ] as const;
      return { connections, ...breakable() };
    });
    for (const { name, run } of cases) test(name, run);
  });

  describe('two pg Pools with batches and an outbox, one of them with named statements', () => {
    const options = { outbox: { types: OUTBOX_TYPES }, batch: { lanes: 1 } };
    const cases = storeCases(async () => {
      await database.empty(schema);
      const [one, other] = database.pools;
      await one.query(`TRUNCATE ${schema}.mfa_outbox`);
      const connections = [
        postgresStore(one, { schema, ...options }),
        postgresStore(other, { schema, namedStatements: true, ...options }),
      ] as const;
      return { connections, ...breakable() };
    });
    for (const { name, run } of cases) test(name, run);
  });

  describe('postgres.js with batches', () => {
    const cases = storeCases(async () => {
      await database.empty(schema);
      return { connections: [postgresStore(fromPostgresJs(sql), { schema, batch: { lanes: 1 } })], ...breakable() };
    });
    for (const { name, run } of cases) test(name, run);
  });

  describe('postgres.js', () => {
    const cases = storeCases(async () => {
      await database.empty(schema);
      return { connections: [postgresStore(fromPostgresJs(sql), { schema })], ...breakable() };
    });
    for (const { name, run } of cases) test(name, run);
  });
});

describe('PGlite: one connection, so no evidence about races', () => {
  let database: PGlite;
  beforeAll(async () => {
    // Without `-F`, which turns fsync off.
    database = await PGlite.create({ startParams: PGlite.defaultStartParams.filter((flag) => flag !== '-F') });
    await migrate(database);
  }, 120_000);
  afterAll(() => database.close());

  describe.each([
    ['each commit alone', {}],
    ['in batches', { batch: { lanes: 1 } }],
  ])('%s', (_, options) => {
    const cases = storeCases(async () => {
      await database.query('TRUNCATE mfa_record, mfa_event');
      return { connections: [postgresStore(database, options)] };
    });
    for (const { name, run } of cases) test(name, run);
  });
});

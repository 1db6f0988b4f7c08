/** Commits of one turn of the event loop share one transaction; if it fails, each is redone alone. */
import { EMPTY_RECORD, type MfaEvent, type MfaStore, type Swap } from '@mfakit/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { MAX_GROUP } from '../src/group-commit.ts';
import { sqliteStore, type SqliteDatabase } from '../src/index.ts';
import { OUTBOX_TABLE } from '../src/outbox.ts';
import { TABLES } from '../src/schema.ts';
import { databaseFile, emptyFile, type DatabaseFile } from './database-file.ts';
import type { Connection, Open } from './drivers.ts';
import { onEachDriver } from './on-each-driver.ts';

const OUTBOX = { types: ['exempted'] } as const;

onEachDriver('groups', (_driver, open) => {
  test('commits of one turn share one transaction, in whichever microtask they arrive', async () => {
    const { store, statements } = await watchedStore(open);
    const arriving = users(20).map(async (userId, index) => {
      for (let later = 0; later < index; later += 1) await Promise.resolve();
      return store.commit(insert(userId));
    });
    expect(new Set(await Promise.all(arriving))).toEqual(new Set([true]));
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    await expectStored(store, users(20));
  });

  test('one commit alone is not held up: it is answered when the turn ends', async () => {
    const { store } = await watchedStore(open);
    const order: string[] = [];
    const commit = store.commit(insert('alice')).then(() => order.push('commit'));
    const timer = new Promise<void>((resolve) => setTimeout(resolve, 5)).then(() => order.push('timer'));
    await Promise.all([commit, timer]);
    expect(order).toEqual(['commit', 'timer']);
  });

  test('faked timers do not stop it', async () => {
    const { store } = await watchedStore(open);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    expect(await store.commit(insert('alice'))).toBe(true);
  });

  test('what no COMMIT has made durable is told to no one', async () => {
    const { store, statements, fail } = await watchedStore(open);
    fail('COMMIT', Infinity);
    const outcomes = await Promise.allSettled(users(3).map((userId) => store.commit(insert(userId))));
    expect(outcomes.map(reasonOf)).toEqual(Array.from({ length: 3 }, () => 'disk I/O error'));
    // Together, and then each alone, once.
    expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(4);
    fail('COMMIT', 0);
    await expectStored(store, []);
    expect(await store.commit(insert('user-00'))).toBe(true);
  });

  test('after a COMMIT that failed each is redone alone, and stored once', async () => {
    const { store, statements, fail } = await watchedStore(open);
    fail('COMMIT', 1);
    expect(
      await commitAll(
        store,
        users(3).map((userId) => insert(userId)),
      ),
    ).toEqual([true, true, true]);
    const alone = ['BEGIN IMMEDIATE', 'COMMIT'];
    expect(statements).toEqual([...alone, 'ROLLBACK', ...alone, ...alone, ...alone]);
    await expectStored(store, users(3));
    expect(await store.outbox?.stats()).toMatchObject({ waiting: 3 });
  });

  test('a lost race is not told either, before what won it is durable', async () => {
    const { store, fail } = await watchedStore(open);
    fail('COMMIT', 2);
    const [won, lost] = await Promise.allSettled([
      store.commit(insert('alice', 'a')),
      store.commit(insert('alice', 'b')),
    ]);
    expect([won, lost]).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: true }]);
    expect(await store.read('alice')).toMatchObject({ revision: 'b' });
  });

  test('one that throws fails alone: the others are stored, each exactly once', async () => {
    const { store } = await watchedStore(open);
    await store.commit(insert('user-02', 'before'));
    const { record } = EXEMPTED;
    const colliding = { ...insert('user-02'), expected: 'before', next: { revision: 'after', record } };
    const swaps = users(5).map((userId) => (userId === 'user-02' ? colliding : insert(userId)));
    const outcomes = await Promise.allSettled(swaps.map((swap) => store.commit(swap)));
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(reasonOf(outcomes[2])).toMatch(/UNIQUE constraint failed: mfa_event/);
    expect(await store.read('user-02')).toMatchObject({ revision: 'before' });
    await expectStored(store, users(5));
    expect(await store.outbox?.stats()).toMatchObject({ waiting: 5 });
  });

  test('the same commit twice in one group is true twice, and stored once', async () => {
    const { store, statements } = await watchedStore(open);
    expect(await commitAll(store, [insert('alice'), insert('alice')])).toEqual([true, true]);
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    await expectStored(store, ['alice']);
    expect(await store.outbox?.stats()).toMatchObject({ waiting: 1 });
  });

  test('a later commit of a group sees the earlier ones', async () => {
    const { store, statements } = await watchedStore(open);
    const answers = await commitAll(store, [
      insert('alice', 'a'),
      replace('a', 'b', 2),
      replace('a', 'stale', 2),
      replace('b', 'c', 3),
    ]);
    expect(answers).toEqual([true, true, false, true]);
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(await store.read('alice')).toMatchObject({ revision: 'c' });
    expect((await store.events('alice', { limit: 9 })).map(({ seq }) => seq)).toEqual([3, 2, 1]);
  });

  test('a removal, a new life and an erase in one group leave what the last of them says', async () => {
    const { store, statements } = await watchedStore(open);
    await commitAll(store, [insert('alice', 'a'), replace('a', 'b', 2)]);
    statements.length = 0;
    const removal = { userId: 'alice', expected: 'b', next: null, events: [] };
    const [{ events }, erased] = [insert('alice'), insert('bob')];
    const answers = await commitAll(store, [
      removal,
      removal,
      { ...insert('alice', 'c'), events },
      { ...erased, events: 'erase' },
    ]);
    expect(answers).toEqual([true, false, true, true]);
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(await store.read('alice')).toMatchObject({ revision: 'c' });
    expect(await store.events('alice', { limit: 9 })).toEqual(events);
    expect(await store.events('bob', { limit: 9 })).toEqual([]);
  });

  test('the outbox writes in the same group', async () => {
    const { store, outbox, statements } = await watchedStore(open);
    const committed = store.commit(insert('alice'));
    const claimed = await outbox.claim(10, 60);
    expect([await committed, claimed]).toMatchObject([true, [{ tries: 1 }]]);
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    const [{ id } = { id: '' }] = claimed;
    statements.length = 0;
    expect(await Promise.all([outbox.retry(id, null, 'refused'), outbox.done([id]), outbox.drop(id)])).toEqual([
      true,
      undefined,
      false,
    ]);
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
  });

  test('a read sees what is on the disk, and finds no transaction open', async () => {
    const { store } = await watchedStore(open);
    const committed = store.commit(insert('alice'));
    expect(await store.read('alice')).toBeNull();
    expect(await committed).toBe(true);
    expect(await store.read('alice')).not.toBeNull();
  });

  test('groups are bounded, and answered one after another', async () => {
    const { store, watch } = await watchedStore(open);
    const answered: string[] = [];
    const answeredAtBegin: number[] = [];
    watch((sql) => sql === 'BEGIN IMMEDIATE' && answeredAtBegin.push(answered.length));
    const many = users(2 * MAX_GROUP + 50);
    await Promise.all(many.map(async (userId) => (await store.commit(insert(userId))) && answered.push(userId)));
    expect(answeredAtBegin).toEqual([0, MAX_GROUP, 2 * MAX_GROUP]);
    expect(answered).toEqual(many);
  });

  test('while another connection holds the lock, all that wait are refused after one wait', async () => {
    const { store, statements, file } = await watchedStore(open);
    const other = file.connect();
    other.exec('BEGIN IMMEDIATE');
    const many = users(2 * MAX_GROUP);
    const outcomes = await Promise.allSettled(many.map((userId) => store.commit(insert(userId))));
    expect(new Set(outcomes.map(reasonOf))).toEqual(new Set(['database is locked']));
    expect(statements).toEqual(['BEGIN IMMEDIATE']);
    other.exec('COMMIT');
    expect(
      new Set(
        await commitAll(
          store,
          many.map((userId) => insert(userId)),
        ),
      ),
    ).toEqual(new Set([true]));
  });

  test('a lock that is taken while they are redone refuses the rest of them after one wait', async () => {
    const { store, statements, file, fail, watch } = await watchedStore(open);
    const other = file.connect();
    fail('COMMIT', 1);
    watch((sql) => {
      // The second COMMIT is that of the first one that is redone.
      const redone = sql === 'BEGIN IMMEDIATE' && statements.filter((one) => one === 'COMMIT').length === 2;
      if (redone) other.exec('BEGIN IMMEDIATE');
    });
    const outcomes = await Promise.allSettled(users(4).map((userId) => store.commit(insert(userId))));
    expect(outcomes.map(reasonOf)).toEqual([null, ...Array.from({ length: 3 }, () => 'database is locked')]);
    expect(statements.filter((sql) => sql === 'BEGIN IMMEDIATE')).toHaveLength(3);
    other.exec('ROLLBACK');
    await expectStored(store, ['user-00']);
  });

  test('without a WAL a reader holds up the COMMIT: all are refused after one wait', async () => {
    const withoutWal = emptyFile(open);
    withoutWal.connect().exec(TABLES + OUTBOX_TABLE);
    const { store, statements, file } = await watchedStore(open, withoutWal);
    const reader = file.connect();
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM mfa_record').all();
    const outcomes = await Promise.allSettled(users(3).map((userId) => store.commit(insert(userId))));
    expect(outcomes.map(reasonOf)).toEqual(Array.from({ length: 3 }, () => 'database is locked'));
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']);
    reader.exec('COMMIT');
    await expectStored(store, []);
    expect(
      await commitAll(
        store,
        users(3).map((userId) => insert(userId)),
      ),
    ).toEqual([true, true, true]);
  });

  test('a transaction of the host refuses all of a group, and stays as it was', async () => {
    const { store, database } = await watchedStore(open);
    database.exec('CREATE TABLE host (id INTEGER)');
    const outcomes = Promise.allSettled(users(3).map((userId) => store.commit(insert(userId))));
    // After the calls, and before their group.
    database.exec('BEGIN');
    database.exec('INSERT INTO host VALUES (1)');
    expect((await outcomes).map(reasonOf)).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('transaction')),
    );
    database.exec('COMMIT');
    expect(database.prepare('SELECT id FROM host').all()).toEqual([{ id: 1 }]);
    await expectStored(store, []);
    expect(await store.commit(insert('user-00'))).toBe(true);
  });
});

/** Where a connection is watched, and made to fail. */
interface Watched {
  readonly store: MfaStore;
  readonly outbox: NonNullable<MfaStore['outbox']>;
  readonly file: DatabaseFile;
  /** The connection of the store. */
  readonly database: Connection;
  /** What begins and ends its transactions that write. */
  readonly statements: string[];
  /** Is told of each of these before it runs. */
  readonly watch: (look: (sql: string) => unknown) => void;
  /** Fails this statement so many times from now on. */
  readonly fail: (sql: string, times: number) => void;
}

async function watchedStore(open: Open, opened?: DatabaseFile): Promise<Watched> {
  const file = opened ?? (await databaseFile(open));
  onTestFinished(() => file.remove());
  const database = file.connect();
  const statements: string[] = [];
  const watchers: ((sql: string) => unknown)[] = [];
  const failures = new Map<string, number>();
  let writes = false;
  const watched: SqliteDatabase = {
    prepare: (sql) => database.prepare(sql),
    exec(sql) {
      writes = sql === 'BEGIN IMMEDIATE' || (writes && sql !== 'BEGIN');
      if (writes) {
        for (const look of watchers) look(sql);
        statements.push(sql);
        const left = failures.get(sql) ?? 0;
        failures.set(sql, left - 1);
        if (left > 0) throw new Error('disk I/O error');
      }
      return database.exec(sql);
    },
  };
  const store = sqliteStore(watched, { busyTimeoutMs: 20, outbox: OUTBOX });
  if (store.outbox === undefined) throw new Error('no outbox');
  return {
    store,
    outbox: store.outbox,
    file,
    database,
    statements,
    watch: (look) => void watchers.push(look),
    fail: (sql, times) => failures.set(sql, times),
  };
}

/** A first record with one event. */
const EXEMPTED = { record: { ...EMPTY_RECORD, lastEventSeq: 1 }, event: { seq: 1, at: 1, type: 'exempted' } } as const;

function insert(userId: string, revision = 'a'): Swap & { readonly events: readonly MfaEvent[] } {
  const { record, event } = EXEMPTED;
  return { userId, expected: null, next: { revision, record }, events: [{ ...event, userId }] };
}

/** A later commit of alice. */
function replace(expected: string, revision: string, seq: number): Swap {
  const next = { revision, record: { ...EMPTY_RECORD, lastEventSeq: seq } };
  return { userId: 'alice', expected, next, events: [{ ...EXEMPTED.event, userId: 'alice', seq }] };
}

async function commitAll(store: MfaStore, swaps: readonly Swap[]): Promise<readonly boolean[]> {
  return Promise.all(swaps.map((swap) => store.commit(swap)));
}

/** In the order in which a scan gives them. */
function users(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `user-${String(index).padStart(2, '0')}`);
}

/** Expects exactly these users, with one event each. */
async function expectStored(store: MfaStore, userIds: readonly string[]): Promise<void> {
  expect((await store.scan({ limit: 1000 })).map(({ userId }) => userId)).toEqual(userIds);
  for (const userId of userIds) expect(await store.events(userId, { limit: 9 })).toHaveLength(1);
}

function reasonOf(outcome: PromiseSettledResult<unknown> | undefined): string | null {
  return outcome?.status === 'rejected' ? (outcome.reason as Error).message : null;
}

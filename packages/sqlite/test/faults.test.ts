import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { MfaStore } from '@mfakit/core';
import { outcomeOf, type EnrolledUser } from '@mfakit/testkit';
import { sqliteStore } from '../src/index.ts';
import { application, enroll } from './application.ts';
import { databaseFile, type DatabaseFile } from './database-file.ts';
import type { Open } from './drivers.ts';
import { onEachDriver } from './on-each-driver.ts';
import { createProcesses, type Attempt, type Process, type Processes, type Start } from './processes.ts';

let processes: Processes;
beforeAll(async () => {
  processes = await createProcesses();
});
afterAll(async () => processes.end());

onEachDriver('faults', (name, open) => {
  test.for([
    ['one by one', false, 1 / 2],
    ['in groups', true, 1 / 20],
  ] as const)(
    'R-32, invariant 10: processes killed in mid-burst, %s, leave every success they told, and no code works twice',
    async ([, inParallel, share]) => {
      const file = await temporary(open);
      const store = sqliteStore(file.connect());
      const users = await enrollAll(store, 40);
      const attempts = users.flatMap(({ userId, code, backupCodes: [backupCode = ''] }): Attempt[] => [
        { userId, code: code() },
        { userId, backupCode },
      ]);
      const told = new Set<Attempt>();
      const killed = await Promise.all(
        [0, 1, 2, 3].map(async (part) => {
          const one = await startOn(name, file);
          const from = (part * attempts.length) / 4;
          return { one, ownOrder: [...attempts.slice(from), ...attempts.slice(0, from)] };
        }),
      );
      let halfway: () => void;
      const reached = new Promise<void>((resolve) => (halfway = resolve));
      const ends = killed.map(({ one, ownOrder }) =>
        one.perform({ do: 'attempt', attempts: ownOrder, inParallel }, (index, outcome) => {
          const attempt = ownOrder[index];
          if (outcome === 'accepted' && attempt !== undefined) told.add(attempt);
          if (told.size >= attempts.length * share) halfway();
        }),
      );
      await Promise.race([reached, Promise.allSettled(ends)]);
      await Promise.all(killed.map(({ one }) => one.kill()));
      expect(await Promise.allSettled(ends)).not.toContainEqual(expect.objectContaining({ status: 'fulfilled' }));

      const reopened = file.connect();
      expect(reopened.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      const again = sqliteStore(reopened);
      const outcomes = new Map<Attempt, string>();
      for (const attempt of attempts) outcomes.set(attempt, await use(again, attempt));
      expect([...told].map((attempt) => outcomes.get(attempt))).not.toContain('accepted');
      // Each code has now succeeded once, before the kill or after it, and left the one event of it.
      for (const { userId } of users) await expectUses(again, userId, ['backup_code', 'totp']);
    },
  );

  test('a lock that another process holds for longer than the timeout is store_unavailable, and no more', async () => {
    const file = await temporary(open);
    const store = sqliteStore(file.connect(), { busyTimeoutMs: 20 });
    const user = await enroll(store, 'alice');
    const other = await startOn(name, file);
    await other.perform({ do: 'hold the lock' });
    expect(await use(store, codeOf(user))).toBe('store_unavailable');
    expect((await application(store).status('alice')).enabled).toBe(true);
    await other.perform({ do: 'release the lock' });
    expect(await use(store, codeOf(user))).toBe('accepted');
    await expectUses(store, 'alice', ['totp']);
  });

  test('a call waits for a lock that is released within the timeout', async () => {
    const file = await temporary(open);
    const store = sqliteStore(file.connect());
    const [alice, ...others] = await enrollAll(store, 10);
    const other = await startOn(name, file);
    // Both processes write without pause: each meets the lock of the other.
    const attempts = others.map(({ userId, code }) => ({ userId, code: code() }));
    const outcomes: string[] = [];
    const end = other.perform({ do: 'attempt', attempts, inParallel: true }, (_, outcome) => outcomes.push(outcome));
    for (const backupCode of alice?.backupCodes ?? []) {
      expect(await use(store, { userId: alice?.userId ?? '', backupCode })).toBe('accepted');
    }
    await end;
    expect(new Set(outcomes)).toEqual(new Set(['accepted']));
  });

  test('R-63, invariant 9: a read-only connection refuses', async () => {
    const file = await temporary(open);
    const user = await enroll(sqliteStore(file.connect()), 'alice');
    const readOnly = sqliteStore(file.connect({ readOnly: true }));
    expect((await application(readOnly).status('alice')).enabled).toBe(true);
    expect(await use(readOnly, codeOf(user))).toBe('store_unavailable');
    expect(await use(sqliteStore(file.connect()), codeOf(user))).toBe('accepted');
  });

  test('R-63: a full database refuses, keeps what it told, and works on once there is room', async () => {
    const file = await temporary(open);
    const database = file.connect();
    const store = sqliteStore(database);
    const user = await enroll(store, 'alice');
    const [{ page_count: pages }] = database.prepare('PRAGMA page_count').all() as [{ page_count: number }];
    database.prepare(`PRAGMA max_page_count = ${pages}`).all();
    expect(await enrollUntilRefused(store)).toBe('store_unavailable');
    database.prepare('PRAGMA max_page_count = 1000000').all();
    expect(await use(store, codeOf(user))).toBe('accepted');
    expect(await use(store, codeOf(user))).toBe('code_already_used');
    await expectWhole(store);
  });

  for (const inParallel of [false, true]) {
    const how = inParallel ? ', in groups' : '';
    test.skipIf(process.platform === 'win32')(`R-63: writes that fail half-way store nothing${how}`, async () => {
      const file = await temporary(open);
      const store = sqliteStore(file.connect());
      const users = await enrollAll(store, 30);
      const attempts = users.map(({ userId, code }) => ({ userId, code: code() }));
      // The child's writes to the log fail once it is a few commits longer.
      const maxFileBytes = Math.ceil((statSync(`${file.path}-wal`).size + 60_000) / 512) * 512;
      const child = await startOn(name, file, { maxFileBytes });
      const outcomes: string[] = [];
      await child.perform({ do: 'attempt', attempts, inParallel }, (index, outcome) => (outcomes[index] = outcome));
      expect(new Set(outcomes)).toEqual(new Set(['accepted', 'store_unavailable']));
      await child.kill();
      for (const [index, attempt] of attempts.entries()) {
        const expected = outcomes[index] === 'accepted' ? 'code_already_used' : 'accepted';
        expect(await use(store, attempt)).toBe(expected);
      }
      await expectWhole(store);
    });
  }

  test.for([
    ['is no record', `json_remove(record, '$.lockout')`],
    ['is of a newer release', `json_set(record, '$.schema', 2)`],
  ])('R-63, invariant 9: a record that %s refuses', async ([, damaged]) => {
    const file = await temporary(open);
    const database = file.connect();
    const store = sqliteStore(database);
    const user = await enroll(store, 'alice');
    database.exec(`UPDATE mfa_record SET record = ${damaged}`);
    expect(await use(store, codeOf(user))).toBe('store_unavailable');
    await expect(application(store).begin('alice')).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  test('R-63, invariant 9: a damaged file refuses', async () => {
    const file = await temporary(open);
    const user = await enroll(sqliteStore(file.connect()), 'alice');
    file.connect().prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    // All but the header and the schema.
    const { size } = statSync(file.path);
    const descriptor = openSync(file.path, 'r+');
    writeSync(descriptor, Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
    closeSync(descriptor);
    const store = sqliteStore(file.connect());
    expect(await use(store, codeOf(user))).toBe('store_unavailable');
    await expect(application(store).begin('alice')).rejects.toMatchObject({
      code: 'store_unavailable',
      cause: expect.any(Error),
    });
  });

  test('inside a transaction of the host it refuses, and leaves the transaction as it was', async () => {
    const file = await temporary(open);
    const database = file.connect();
    const store = sqliteStore(database);
    const user = await enroll(store, 'alice');
    database.exec('CREATE TABLE host (id INTEGER)');
    database.exec('BEGIN');
    database.exec('INSERT INTO host VALUES (1)');
    expect(await use(store, codeOf(user))).toBe('store_unavailable');
    await expect(application(store).begin('alice')).rejects.toMatchObject({ code: 'store_unavailable' });
    database.exec('COMMIT');
    expect(database.prepare('SELECT id FROM host').all()).toEqual([{ id: 1 }]);
    expect(await use(store, codeOf(user))).toBe('accepted');
  });
});

/** A process that has opened the file. */
async function startOn(driver: string, file: DatabaseFile, limits: Pick<Start, 'maxFileBytes'> = {}): Promise<Process> {
  const one = await processes.start({ driver, ...limits });
  await one.perform({ do: 'open', path: file.path });
  return one;
}

async function temporary(open: Open): Promise<DatabaseFile> {
  const file = await databaseFile(open);
  onTestFinished(() => file.remove());
  return file;
}

async function enrollAll(store: MfaStore, users: number): Promise<readonly EnrolledUser[]> {
  const enrolled: EnrolledUser[] = [];
  for (let user = 0; user < users; user += 1) enrolled.push(await enroll(store, `user-${user}`));
  return enrolled;
}

/** The first refusal of as many enrollments as it takes. */
async function enrollUntilRefused(store: MfaStore): Promise<string> {
  for (let user = 0; user < 1000; user += 1) {
    const outcome = await outcomeOf(enroll(store, `user-${user}`));
    if (outcome !== 'accepted') return outcome;
  }
  return 'accepted';
}

/** The use of the code that a user's phone shows. */
function codeOf({ userId, code }: EnrolledUser): Attempt {
  return { userId, code: code() };
}

/** How the use of a code ends. */
async function use(store: MfaStore, { userId, ...proof }: Attempt): Promise<string> {
  const factor = 'code' in proof ? { code: proof.code } : { backupCode: proof.backupCode };
  return outcomeOf(application(store).stepUp(userId, factor));
}

/** Expects the user's stored events to be numbered without a gap, and these methods to have succeeded once each. */
async function expectUses(store: MfaStore, userId: string, methods: readonly string[]): Promise<void> {
  const events = await store.events(userId, { limit: 1000 });
  const stored = await store.read(userId);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => events.length - index));
  expect(stored?.record.lastEventSeq).toBe(events.length);
  const used = events.flatMap((event) => (event.type === 'verified' ? [event.method] : []));
  expect(used.toSorted()).toEqual(methods);
}

/** Expects every record to have exactly the events that it says it has. */
async function expectWhole(store: MfaStore): Promise<void> {
  for (const { userId, record } of await store.scan({ limit: 1000 })) {
    const events = await store.events(userId, { limit: 1000 });
    expect(events.map((event) => event.seq).toReversed()).toEqual(
      Array.from({ length: record.lastEventSeq }, (_, index) => index + 1),
    );
  }
}

/** The list of people: what it shows is what the library says, whatever the columns missed. */
import { createMfa, type Mfa, type MfaStatus } from '@mfakit/core';
import { quickHasher, virtualAuthenticator } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { mirrorIn } from '../src/mirror.ts';
import { codeOf, enroll, KEYS, signUp, start, visitor, type Person, type Stage } from './acme.ts';

interface List {
  readonly users: readonly {
    readonly id: string;
    readonly user_name: string;
    readonly mfa: { readonly enabled: boolean };
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly before: string | null;
  readonly after: string | null;
}

/** An administrator at a list. */
async function lister(stage: Stage): Promise<{ readonly zoe: Person; list(query?: object): Promise<List> }> {
  const zoe = await signUp(stage, 'zoe');
  await stage.sql('UPDATE account SET is_admin = 1 WHERE id = $1', [zoe.userId]);
  const list = async (query = {}): Promise<List> => {
    // Her session outlives the days of a test.
    await stage.sql('UPDATE session SET seen_at = $1, created_at = $2', [stage.clock(), stage.clock()]);
    return (await stage.acme.admin.users(query, zoe.visitor)).body as List;
  };
  return { zoe, list };
}

/** Somebody without a session or a password. */
async function join({ sql }: Stage, userName: string): Promise<string> {
  await sql('INSERT INTO account (id, user_name, is_admin) VALUES ($1, $2, 0)', [`id-${userName}`, userName]);
  return `id-${userName}`;
}

async function lock({ acme }: Stage, userId: string): Promise<void> {
  for (let failures = 0; failures < 10; failures++) await acme.mfa.passwordFailed(userId);
}

/** The same records, changed by a program that tells the application nothing, as the command line is. */
function elsewhere({ store, clock }: Stage): Mfa {
  return createMfa({ issuer: 'Acme', store, keys: KEYS, clock, hasher: quickHasher, verifyPassword: 'passwordless' });
}

const names = ({ users }: List): readonly string[] => users.map(({ user_name: name }) => name);

test('each choice shows those of whom the library says so, now and after locks have ended and days have passed', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const { list } = await lister(stage);
  const day = 86_400_000;
  const people: Readonly<Record<string, (userId: string) => Promise<unknown>>> = {
    off: async () => undefined,
    on: (userId) => enroll(stage, { userId, visitor }),
    locked: (userId) => lock(stage, userId),
    must: (userId) => acme.mfa.enforce(userId, { from: new Date(clock() + day) }),
    overdue: (userId) => acme.mfa.enforce(userId),
    stopped: async (userId) => {
      await acme.mfa.enforce(userId);
      await acme.mfa.exempt(userId);
    },
    'on-required': async (userId) => {
      await acme.mfa.enforce(userId);
      await enroll(stage, { userId, visitor });
    },
    'on-no-codes': async (userId) => {
      const { uri, backupCodes } = await acme.mfa.setup({ userId }, { accountName: 'someone' });
      await acme.mfa.confirm({ userId }, { code: virtualAuthenticator(uri).code(clock()) });
      for (const backupCode of backupCodes) await acme.mfa.stepUp(userId, { backupCode });
    },
    reset: async (userId) => {
      await enroll(stage, { userId, visitor });
      await acme.mfa.reset(userId);
    },
  };
  for (const [name, become] of Object.entries(people)) await become(await join(stage, name));

  const says: Readonly<Record<string, (status: MfaStatus) => boolean>> = {
    everyone: () => true,
    off: ({ enabled }) => !enabled,
    on: ({ enabled }) => enabled,
    must: ({ enabled, enforcement }) => !enabled && enforcement !== null,
    overdue: ({ enabled, enforcement }) => !enabled && enforcement !== null && enforcement.from.getTime() <= clock(),
    locked: ({ locked }) => locked,
    no_codes: ({ enabled, backupCodesRemaining }) => enabled && backupCodesRemaining === 0,
  };
  const check = async (): Promise<Readonly<Record<string, number>>> => {
    // A list of people who are not locked: no row of it can put right what another one's columns say.
    const all = await list({ show: 'on' });
    for (const [show, holds] of Object.entries(says)) {
      const expected: string[] = [];
      for (const name of [...Object.keys(people), 'zoe'].toSorted()) {
        const account = await acme.accounts.byName(name);
        if (holds(await acme.mfa.status(account?.id ?? ''))) expected.push(name);
      }
      const shown = await list({ show });
      expect([show, names(shown)]).toEqual([show, expected]);
      expect([show, all.counts[show]]).toEqual([show, expected.length]);
    }
    return all.counts;
  };
  expect(await check()).toMatchObject({ locked: 1, must: 2, overdue: 1, no_codes: 1, on: 3 });
  clock.advance({ minutes: 31 });
  expect(await check()).toMatchObject({ locked: 0, overdue: 1 });
  clock.advance({ hours: 24 });
  expect(await check()).toMatchObject({ must: 2, overdue: 2 });
});

test('what the columns missed: a row tells the truth at once, and its list does then', async () => {
  const stage = await start();
  const { list } = await lister(stage);
  const userId = await join(stage, 'ann');
  await enroll(stage, { userId, visitor });
  expect((await list({ show: 'on' })).counts).toMatchObject({ on: 1 });
  await elsewhere(stage).reset(userId);
  // The page that the columns give holds her still; it is asked for anew before anybody sees it.
  expect(await list({ show: 'on' })).toMatchObject({ users: [], counts: { on: 0, off: 2 } });
  await elsewhere(stage).enforce(userId);
  expect(names(await list({ show: 'overdue' }))).toEqual([]);
  const row = (await list({ name: 'ann' })).users[0];
  expect(row).toMatchObject({ mfa: { enabled: false, required_now: true } });
  expect(names(await list({ show: 'overdue' }))).toEqual(['ann']);
});

test('what the columns missed of people whom no list shows is found by the sweep at the start', async () => {
  const stage = await start();
  const { list } = await lister(stage);
  for (let index = 0; index < 50; index++) await join(stage, `ann${index}`);
  const quiet = elsewhere(stage);
  for (const index of [3, 47]) await quiet.enforce(`id-ann${index}`);
  expect((await list({ show: 'must' })).counts).toMatchObject({ must: 0 });
  const end = stage.acme.keepMirror();
  await expect.poll(async () => (await list({ show: 'must' })).counts['must']).toBe(2);
  await end();
});

test('of two that look at somebody at once, the one that knew less does not have the last word', async () => {
  const { sql, acme } = await start();
  await join({ sql } as Stage, 'ann');
  const off = await acme.mfa.status('id-ann');
  const on: MfaStatus = { ...off, enabled: true, backupCodesRemaining: 10 };
  let truth = on;
  const held: (() => void)[] = [];
  const mirror = mirrorIn(sql, async () => {
    const read = truth;
    // The first to ask reads, and then is slow.
    if (held.length === 0) await new Promise<void>((resolve) => held.push(resolve));
    return read;
  });
  const slow = mirror.refresh('id-ann');
  await expect.poll(() => held.length).toBe(1);
  truth = off;
  await mirror.refresh('id-ann');
  held[0]?.();
  await slow;
  expect(await sql('SELECT mfa_on FROM account WHERE id = $1', ['id-ann'])).toEqual([{ mfa_on: 0 }]);
});

test('pages meet everybody once, forward and back, also when the one at the border has gone', async () => {
  const stage = await start();
  const { list } = await lister(stage);
  const all = Array.from({ length: 60 }, (_, index) => `ann${String(index).padStart(2, '0')}`);
  for (const [index, name] of all.entries()) {
    const userId = await join(stage, name);
    // Many have the same day.
    if (index % 2 === 0) await stage.acme.mfa.enforce(userId, { from: new Date(stage.clock() + (index % 3)) });
  }
  for (const sort of ['name', '-name', 'required']) {
    const met: (readonly string[])[] = [];
    let page = await list({ sort, name: 'ann' });
    for (;;) {
      met.push(names(page));
      if (page.after === null) break;
      page = await list({ sort, name: 'ann', after: page.after });
    }
    expect(met.map(({ length }) => length)).toEqual([25, 25, 10]);
    expect(met.flat().toSorted()).toEqual(all);
    const back = await list({ sort, name: 'ann', before: page.before });
    expect(names(back)).toEqual(met[1]);
    expect(names(await list({ sort, name: 'ann', before: back.before }))).toEqual(met[0]);
    expect(await list({ sort, name: 'ann', before: back.before })).toMatchObject({ before: null });
  }
  const first = await list({ name: 'ann' });
  await stage.sql('DELETE FROM account WHERE user_name = $1', ['ann24']);
  expect(names(await list({ name: 'ann', after: first.after }))[0]).toBe('ann25');
  // Fewer than a page before somebody is the first page.
  const short = await list({ name: 'ann', before: `0~ann05` });
  expect(names(short)).toEqual(names(await list({ name: 'ann' })));
  expect(short.before).toBe(null);
});

test('a name is searched for as it is typed: nothing in it stands for something else', async () => {
  const stage = await start();
  const { list } = await lister(stage);
  for (const name of ['a_b', 'axb', 'a.b', 'ab']) await join(stage, name);
  expect(names(await list({ name: 'a_b' }))).toEqual(['a_b']);
  expect(names(await list({ name: 'A.B' }))).toEqual(['a.b']);
  for (const name of ['%', '\\', "'", '*']) expect(names(await list({ name }))).toEqual([]);
  expect(names(await list({ name: '  ' }))).toHaveLength(5);
});

test('an address that no list has is refused', async () => {
  const stage = await start();
  const { list } = await lister(stage);
  for (const query of [{ show: 'some' }, { sort: 'id' }, { after: 'ann' }, { name: ['a', 'b'] }, { before: '1~' }]) {
    expect([query, await codeOf(list(query))]).toEqual([query, 'invalid_input']);
  }
});

test('a record that cannot be read is said to be so, and hides nobody else', async () => {
  const stage = await start();
  const { list } = await lister(stage);
  await join(stage, 'ann');
  const userId = await join(stage, 'bob');
  await enroll(stage, { userId, visitor });
  expect(names(await list({ show: 'on' }))).toEqual(['bob']);
  const stored = await stage.store.read(userId);
  const next = { revision: 'damaged', record: { ...stored?.record, factors: 'none' } as never };
  await stage.store.commit({ userId, expected: stored?.revision ?? null, next, events: [] });
  expect((await list()).users.map(({ user_name: name, mfa }) => [name, mfa === null])).toEqual([
    ['ann', false],
    ['bob', true],
    ['zoe', false],
  ]);
});

test('a reset takes the name of the person and a reason; requiring it ends the sessions of those who lack it, but your own', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const { zoe } = await lister(stage);
  const ann = await signUp(stage, 'ann');
  const change = (userId: string, body: object): Promise<string> =>
    codeOf(acme.admin.change(userId, body, zoe.visitor));
  expect(await change(ann.userId, { action: 'reset', name: 'bob', reason: 'lost' })).toBe('invalid_input');
  expect(await change(ann.userId, { action: 'reset', name: 'ann', reason: ' ' })).toBe('invalid_input');
  expect(await change(ann.userId, { action: 'reset', name: 'ann', reason: 'a\nb' })).toBe('invalid_input');
  expect((await acme.mfa.history(ann.userId)).length).toBe(0);
  const from = (ms: number): object => ({ action: 'require', from: new Date(clock() + ms).toISOString() });
  expect(await change(ann.userId, from(400 * 86_400_000))).toBe('invalid_input');
  expect(await change(ann.userId, from(60_000))).toBe('none');
  expect(await acme.session(ann.visitor)).not.toBe(null);
  // A day that has begun already: from now on.
  expect(await change(ann.userId, from(-40_000_000))).toBe('none');
  expect((await acme.mfa.status(ann.userId)).enforcement?.from).toEqual(new Date(clock()));
  expect(await acme.session(ann.visitor)).toBe(null);
  const { body } = await acme.admin.change(zoe.userId, from(0), zoe.visitor);
  expect(body).toMatchObject({ set_up: true });
  expect(await acme.session(zoe.visitor)).not.toBe(null);
});

test('a preview counts by what the library says, and changes nothing', async () => {
  const stage = await start();
  const { zoe } = await lister(stage);
  const ids = [await join(stage, 'ann'), await join(stage, 'bob'), await join(stage, 'cid')];
  await enroll(stage, { userId: ids[0] ?? '', visitor });
  await elsewhere(stage).enforce(ids[1] ?? '');
  await lock(stage, ids[2] ?? '');
  const before = await Promise.all(ids.map((id) => stage.acme.mfa.history(id)));
  const { body } = await stage.acme.admin.preview({ ids: [...ids, ids[0], 'gone'] }, zoe.visitor);
  expect(body).toMatchObject({ not_set_up: 2, required: 1, locked: 1 });
  expect((body as List).users).toHaveLength(3);
  expect(await Promise.all(ids.map((id) => stage.acme.mfa.history(id)))).toEqual(before);
});

import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';

/** What a restored backup, or a row deleted by hand, does: the record is gone, its events are not. */
async function loseRecord(on: Stage, userId: string): Promise<void> {
  const events = await on.store.events(userId, { limit: 1000 });
  const { revision } = (await on.store.read(userId)) ?? { revision: '' };
  await on.store.commit({ userId, expected: revision, next: null, events: [] });
  orphans.set(userId, events);
}

const orphans = new Map<string, Awaited<ReturnType<Stage['store']['events']>>>();

/** A store with a unique index on user and seq, whose events outlive a removed record. */
function withOrphans(on: Stage): Stage['mfa'] {
  return on.another({
    store: {
      ...on.store,
      async events(userId, page) {
        const stored = await on.store.events(userId, { ...page, limit: 1000 });
        return [...stored, ...(orphans.get(userId) ?? [])].slice(0, page.limit);
      },
      async commit(swap) {
        const known = new Set((orphans.get(swap.userId) ?? []).map(({ seq }) => seq));
        if (swap.events !== 'erase' && swap.events.some(({ seq }) => known.has(seq))) throw new Error('unique index');
        if (swap.events === 'erase') orphans.delete(swap.userId);
        return on.store.commit(swap);
      },
    },
  });
}

/** A user whose record is gone. */
async function lost(): Promise<Stage & { readonly newest: number }> {
  const on = stage();
  await on.enroll('ann');
  const newest = (await on.mfa.history('ann'))[0]?.seq ?? 0;
  await loseRecord(on, 'ann');
  return { ...on, mfa: withOrphans(on), newest };
}

describe('a record that is missing, while its events are stored', () => {
  test('wrong passwords are counted, above the newest stored seq', async () => {
    const { mfa, store, newest } = await lost();
    for (let failure = 0; failure < 5; failure++) await mfa.passwordFailed('ann');
    expect((await store.record('ann')).lockout.failures).toBe(5);
    expect((await mfa.history('ann', { limit: 5 })).map(({ seq }) => seq - newest)).toEqual([5, 4, 3, 2, 1]);
  });

  test.each(['enforce', 'reset', 'passwordChanged'] as const)('%s works', async (call) => {
    const { mfa } = await lost();
    expect(await outcomeOf(mfa[call]('ann'))).toBe('accepted');
  });

  test('setup works', async () => {
    const { mfa } = await lost();
    expect(await outcomeOf(mfa.setup({ userId: 'ann' }, { accountName: 'ann' }))).toBe('accepted');
  });

  test('forget erases the orphans', async () => {
    const { mfa } = await lost();
    await mfa.forget('ann');
    expect(await mfa.history('ann')).toEqual([]);
  });
});

describe('a record that is older than its events', () => {
  test('a write goes on above the newest stored seq', async () => {
    const on = stage();
    await on.enroll('ann');
    const old = await on.store.record('ann');
    for (let failure = 0; failure < 3; failure++) await on.mfa.passwordFailed('ann');
    orphans.set('ann', await on.store.events('ann', { limit: 1000 }));
    await on.store.edit('ann', () => old);
    const mfa = withOrphans(on);
    expect(await outcomeOf(mfa.passwordFailed('ann'))).toBe('accepted');
    expect((await on.store.record('ann')).lastEventSeq).toBe(old.lastEventSeq + 4);
  });
});

describe('the high-water mark of the host', () => {
  test('results carry seq; begin refuses a record that is missing or below it, with a code of its own', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const verified = await on.mfa.verify({ token: await on.token('ann'), code: ann.code() });
    expect(verified.seq).toBe((await on.mfa.history('ann'))[0]?.seq);
    expect((await on.mfa.status('ann')).seq).toBe(verified.seq);
    const seen = { seenSeq: verified.seq };
    expect((await on.mfa.begin('ann', {}, seen)).next).toBe('verify');

    await loseRecord(on, 'ann');
    expect((await on.mfa.begin('ann')).next).toBe('signed-in'); // what the mark is for
    await expect(on.mfa.begin('ann', {}, seen)).rejects.toMatchObject({ code: 'record_outdated' });
  });

  test('a mark of a user without a record is 0', async () => {
    const { mfa } = stage();
    const begun = await mfa.begin('ann', {}, { seenSeq: 0 });
    expect(begun).toMatchObject({ next: 'signed-in', seq: 0, sessionEpoch: 0 });
  });

  test.each([-1, 1.5, '1', null])('a mark of %j is invalid_input', async (seenSeq) => {
    const { mfa } = stage();
    await expect(mfa.begin('ann', {}, { seenSeq: seenSeq as number })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'seenSeq',
    });
  });
});

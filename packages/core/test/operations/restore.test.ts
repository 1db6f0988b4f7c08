/** The sweep of docs/operate/recovery.md: who was set back by a restore enrolls again, and everyone else is left alone. */
import type { Mfa, MfaStore } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';

/** As on the page. */
async function sweepAfterRestore(mfa: Mfa, marks: Map<string, number>): Promise<number> {
  let setBack = 0;
  for (const [userId, seenSeq] of marks) {
    if ((await mfa.status(userId)).seq >= seenSeq) continue;
    await mfa.enforce(userId, {}, { actor: 'restore' });
    await mfa.reset(userId, { actor: 'restore' });
    marks.set(userId, (await mfa.status(userId)).seq);
    setBack += 1;
  }
  return setBack;
}

/** What a backup of the store restores. */
async function restored(on: Stage): Promise<MfaStore> {
  const copy = memoryStore();
  for (const { userId, revision, record } of await on.store.scan({ limit: 100 })) {
    const events = (await on.store.events(userId, { limit: 200 })).toReversed();
    await copy.commit({ userId, expected: null, next: { revision, record }, events });
  }
  return copy;
}

test('who was set back enrolls again, by the new mark, and everyone else signs in as before', async () => {
  const on = stage();
  const [ann, bob] = [await on.enroll('ann'), await on.enroll('bob')];
  const backup = await restored(on);
  await on.mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
  await on.enroll('cid');
  const marks = new Map<string, number>();
  for (const userId of ['ann', 'bob', 'cid']) marks.set(userId, (await on.mfa.status(userId)).seq);
  const sessionEpoch = (await on.mfa.status('ann')).sessionEpoch;

  const mfa = on.another({ store: backup });
  const begin = (userId: string): ReturnType<Mfa['begin']> =>
    mfa.begin(userId, {}, { seenSeq: marks.get(userId) ?? 0 });
  for (const userId of ['ann', 'cid']) await expect(begin(userId)).rejects.toMatchObject({ code: 'record_outdated' });
  expect(await sweepAfterRestore(mfa, marks)).toBe(2);
  expect(await sweepAfterRestore(mfa, marks)).toBe(0);

  expect([await begin('ann'), await begin('cid'), await begin('bob')]).toMatchObject([
    { next: 'enroll' },
    { next: 'enroll' },
    { next: 'verify' },
  ]);
  expect((await mfa.status('ann')).sessionEpoch).toBeGreaterThan(sessionEpoch);
  on.clock.advance({ seconds: 30 });
  expect((await mfa.stepUp('bob', { code: bob.code() })).method).toBe('totp');
  await expect(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' })).rejects.toMatchObject({
    code: 'not_enabled',
  });
});

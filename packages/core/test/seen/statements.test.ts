/** What a call asks of the store when its process has seen the user before. */
import { outcomeOf, TEST_PASSWORD, testApplication, type EnrolledUser, type TestApplication } from '@mfakit/testkit';
import type { Mfa } from '@mfakit/core';
import { expect, test } from 'vitest';
import { statementLog, type StatementLog } from './statement-log.ts';

interface Scene {
  readonly store: StatementLog;
  readonly app: TestApplication;
  readonly ann: EnrolledUser;
}

async function scene(): Promise<Scene> {
  const store = statementLog();
  const app = testApplication({ store });
  const ann = await app.enroll('ann');
  store.asked();
  return { store, app, ann };
}

/** A code that no other call has used. */
function fresh({ app, ann }: Scene): string {
  app.clock.advance({ seconds: 30 });
  return ann.code();
}

test('a sign-in is a read and a commit: what begin has read is what verify decides on', async () => {
  const here = await scene();
  const token = await here.app.token('ann');
  expect(here.store.asked()).toEqual(['read']);
  await here.app.mfa.verify({ token, code: fresh(here) });
  expect(here.store.asked()).toEqual(['commit']);
});

test('a step-up after another is a commit alone', async () => {
  const here = await scene();
  await here.app.mfa.stepUp('ann', { code: fresh(here) });
  await here.app.mfa.stepUp('ann', { code: fresh(here) });
  expect(here.store.asked()).toEqual(['commit', 'commit']);
});

test('a wrong code is counted by a commit alone, and told after it', async () => {
  const { store, app, ann } = await scene();
  expect(await outcomeOf(app.mfa.stepUp('ann', { code: ann.wrongCode() }))).toBe('invalid_code');
  expect(store.asked()).toEqual(['commit']);
});

test('a backup code is two commits, regenerate two with a read between', async () => {
  const { store, app, ann } = await scene();
  const [one = '', two = ''] = ann.backupCodes;
  await app.mfa.stepUp('ann', { backupCode: one });
  expect(store.asked()).toEqual(['commit', 'commit']);
  await app.mfa.regenerate('ann', { password: TEST_PASSWORD, backupCode: two });
  // That the answer is right is told by no commit yet.
  expect(store.asked()).toEqual(['commit', 'read', 'commit']);
});

test('a process that has not seen the user reads first', async () => {
  const here = await scene();
  await here.app.another().stepUp('ann', { code: fresh(here) });
  expect(here.store.asked()).toEqual(['read', 'commit']);
});

test('of a user without a record nothing is remembered', async () => {
  const { store, app } = await scene();
  await app.mfa.begin('bob');
  await app.mfa.passwordFailed('bob');
  expect(store.asked()).toEqual(['read', 'read', 'events', 'commit']);
});

test('what another process has changed costs one lost commit, and no more', async () => {
  const here = await scene();
  const other = here.app.another();
  await other.stepUp('ann', { code: fresh(here) });
  here.store.asked();
  await here.app.mfa.stepUp('ann', { code: fresh(here) });
  expect(here.store.asked()).toEqual(['lost', 'read', 'commit']);
});

const ANSWERED_BY_A_READ: readonly (readonly [string, (mfa: Mfa) => Promise<unknown>])[] = [
  ['begin', (mfa) => mfa.begin('ann')],
  ['status', (mfa) => mfa.status('ann')],
  ['challenge', (mfa) => mfa.challenge('ann')],
  ['assertNotLocked', (mfa) => mfa.assertNotLocked('ann')],
  ['unlock of nobody locked', (mfa) => mfa.unlock('ann')],
  ['a code that is used up', (mfa) => outcomeOf(mfa.stepUp('ann', { code: 'SPENT' }))],
];

test.each(ANSWERED_BY_A_READ.slice(0, -1))('%s rests on a read, every time', async (_name, run) => {
  const { store, app } = await scene();
  await run(app.mfa);
  await run(app.mfa);
  expect(store.asked()).toEqual(['read', 'read']);
});

test('a refusal that writes nothing rests on a read: locked, a spent token, a revoked session, a used code', async () => {
  const here = await scene();
  const { store, app, ann } = here;
  const token = await app.token('ann');
  const code = fresh(here);
  await app.mfa.verify({ token, code });
  // The first refusal of a used code is recorded, the others of its time step are not.
  expect(await outcomeOf(app.mfa.stepUp('ann', { code }))).toBe('code_already_used');
  store.asked();

  expect(await outcomeOf(app.mfa.stepUp('ann', { code }))).toBe('code_already_used');
  expect(await outcomeOf(app.mfa.verify({ token, code: fresh(here) }))).toBe('token_used');
  expect(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() }, { sessionEpoch: 1 }))).toBe('session_revoked');
  expect(store.asked()).toEqual(['read', 'read', 'read']);

  for (let failures = 0; failures < 10; failures++) await outcomeOf(app.mfa.stepUp('ann', { code: ann.wrongCode() }));
  store.asked();
  expect(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() }))).toBe('locked');
  expect(store.asked()).toEqual(['read']);
});

/** Sessions: what ends them, and what a new proof does to them. */
import type { Verified } from '@mfakit/core';
import { quickHasher } from '@mfakit/testkit';
import { expect, test, vi } from 'vitest';
import { createApplication, type Visitor } from '../src/index.ts';
import { codeOf, enroll, KEYS, PASSWORD, signUp, start, statusOf, visitor, withCookie, type Person } from './acme.ts';

vi.mock('hash-wasm', () => import('./quick-argon2.ts'));

const NEW_PASSWORD = 'some other good words';

test('a step-up gives the session a new id; the old one is worth nothing, and the password stays as old as it was', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const ann = await signUp(stage, 'ann');
  const app = await enroll(stage, ann);
  const before = await acme.sessionUser(ann.visitor);
  clock.advance({ minutes: 5 });
  const verified = await acme.mfa.stepUp(ann.userId, { code: app.code(clock()) });
  const renewed = withCookie(await acme.verified(ann.visitor, verified));
  expect(renewed.cookies).not.toBe(ann.visitor.cookies);
  expect(await acme.session(ann.visitor)).toBe(null);
  expect(await acme.session(renewed)).toMatchObject({ userId: ann.userId, authTime: verified.authTime });
  expect(await acme.sessionUser(renewed)).toEqual({ ...before, sessionEpoch: verified.sessionEpoch });
});

test('a step-up raises no session but that of its own user', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const ann = await signUp(stage, 'ann');
  const app = await enroll(stage, ann);
  const bob = await signUp(stage, 'bob');
  const verified = await acme.mfa.stepUp(ann.userId, { code: app.code(clock()) });
  expect(await acme.verified(bob.visitor, verified)).toBe(null);
  expect(await acme.session(bob.visitor)).toMatchObject({ authTime: null });
});

test('the library is told when the password was given, and the epoch of the session', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const signedInAt = new Date(clock());
  const ann = await signUp(stage, 'ann');
  const { sessionEpoch } = await acme.mfa.status(ann.userId);
  clock.advance({ minutes: 16 });
  expect(await acme.sessionUser(ann.visitor)).toEqual({
    userId: ann.userId,
    accountName: 'ann',
    signedInAt,
    sessionEpoch,
  });
});

test('a change of factors ends the other sessions, and the acting one goes on with the new epoch', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const ann = await signUp(stage, 'ann');
  const app = await enroll(stage, ann);
  const elsewhere = await verifiedSignIn(ann);
  const bob = await signUp(stage, 'bob');
  clock.advance({ seconds: 30 });
  const proof = { password: PASSWORD, code: app.code(clock()) };
  const changed = await acme.mfa.disable(ann.userId, proof);
  const { sessionEpoch } = changed;
  await acme.factorsChanged(ann.visitor, { kind: 'disabled', userId: ann.userId, ...changed });
  expect(await acme.session(elsewhere)).toBe(null);
  expect(await acme.session(ann.visitor)).toMatchObject({ sessionEpoch });
  expect(await acme.session(bob.visitor)).not.toBe(null);

  async function verifiedSignIn({ userId }: Person) {
    const verified: Verified = {
      ...(await acme.mfa.stepUp(userId, { code: app.code(clock()) })),
      amr: ['pwd', 'otp', 'mfa'],
    };
    return withCookie(await acme.verified(visitor, verified));
  }
});

test('a session that this very request was given stays, whichever of the two the library calls first', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const ann = await signUp(stage, 'ann');
  const app = await enroll(stage, ann);
  const verified = await acme.mfa.stepUp(ann.userId, { code: app.code(clock()) });
  const { sessionEpoch, seq } = verified;
  const change = { kind: 'confirmed', userId: ann.userId, sessionEpoch, seq } as const;
  const first = withCookie(await acme.verified(ann.visitor, verified));
  await acme.factorsChanged(ann.visitor, change);
  expect(await acme.session(first)).not.toBe(null);
  await acme.factorsChanged(first, change);
  const second = withCookie(await acme.verified(first, verified));
  expect(await acme.session(second)).not.toBe(null);
});

test('a record that is older than what was seen lets nobody in by the password alone', async () => {
  const stage = await start();
  const { acme, store } = stage;
  const ann = await signUp(stage, 'ann');
  await enroll(stage, ann);
  const { sessionEpoch, seq } = await acme.mfa.status(ann.userId);
  await acme.factorsChanged(ann.visitor, { kind: 'confirmed', userId: ann.userId, sessionEpoch, seq });
  expect(await acme.accounts.byId(ann.userId)).toMatchObject({ seenSeq: seq });
  // The row is gone, as after a restored backup.
  const restored = { ...store, read: async () => null };
  const later = await createApplication({
    sql: stage.sql,
    store: restored,
    origin: visitor.origin,
    keys: KEYS,
    clock: stage.clock,
    hasher: quickHasher,
  });
  expect(await codeOf(later.logIn({ user_name: 'ann', password: PASSWORD }, visitor))).toBe('record_outdated');
});

test('the highest seq is kept', async () => {
  const stage = await start();
  const { accounts } = stage.acme;
  const { userId } = await signUp(stage, 'ann');
  for (const seq of [7, 5]) await accounts.noteSeq(userId, seq);
  expect(await accounts.byId(userId)).toMatchObject({ seenSeq: 7 });
});

test('a new password takes the old one, and ends the other sessions and open tokens', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const ann = await signUp(stage, 'ann');
  const elsewhere = withCookie((await acme.logIn({ user_name: 'ann', password: PASSWORD }, visitor)).cookies?.[0]);
  const change = { password: PASSWORD, new_password: NEW_PASSWORD };
  const here = withCookie((await acme.changePassword(change, ann.visitor)).cookies?.[0]);
  expect(await acme.session(elsewhere)).toBe(null);
  expect(await acme.session(ann.visitor)).toBe(null);
  const { sessionEpoch } = await acme.mfa.status(ann.userId);
  expect(await acme.session(here)).toMatchObject({ userId: ann.userId, sessionEpoch });
  expect((await acme.mfa.history(ann.userId))[0]).toMatchObject({ type: 'password_changed' });
  const logIn = (password: string): Promise<number> =>
    statusOf(acme.logIn({ user_name: 'ann', password }, visitor), clock());
  expect(await logIn(PASSWORD)).toBe(401);
  expect(await logIn(NEW_PASSWORD)).toBe(200);
});

test('a new password wants the old one, and a fresh second factor of those who have one', async () => {
  const stage = await start();
  const { acme, clock } = stage;
  const ann = await signUp(stage, 'ann');
  const app = await enroll(stage, ann);
  const change = (by: Visitor, body: object = {}): Promise<string> =>
    codeOf(acme.changePassword({ password: PASSWORD, new_password: NEW_PASSWORD, ...body }, by));
  expect(await change(visitor)).toBe('not_signed_in');
  expect(await change(ann.visitor, { new_password: 'short' })).toBe('invalid_input');
  // Whoever has the session and the password, and nothing else, learns nothing of the password here.
  expect(await change(ann.visitor)).toBe('insufficient_user_authentication');
  expect(await change(ann.visitor, { password: 'wrong' })).toBe('insufficient_user_authentication');
  const stepUp = async (by: Visitor): Promise<Visitor> => {
    const verified = await acme.mfa.stepUp(ann.userId, { code: app.code(clock()) });
    return withCookie(await acme.verified(by, verified));
  };
  const before = await stepUp(ann.visitor);
  clock.advance({ minutes: 5, seconds: 1 });
  expect(await change(before)).toBe('insufficient_user_authentication');
  const fresh = await stepUp(before);
  expect(await change(fresh, { password: 'wrong' })).toBe('invalid_password');
  expect((await acme.mfa.history(ann.userId))[0]).toMatchObject({ reason: 'invalid_password', operation: 'login' });
  expect(await statusOf(acme.logIn({ user_name: 'ann', password: NEW_PASSWORD }, visitor))).toBe(401);
  expect(await change(fresh)).toBe('none');
});

test('wrong passwords lock there too', async () => {
  const stage = await start();
  const ann = await signUp(stage, 'ann');
  const change = (password: string): Promise<string> =>
    codeOf(stage.acme.changePassword({ password, new_password: NEW_PASSWORD }, ann.visitor));
  for (let failure = 1; failure < 10; failure++) expect(await change('wrong')).toBe('invalid_password');
  expect(await change('wrong')).toBe('locked');
  expect(await change(PASSWORD)).toBe('locked');
});

test('what staff does is on record with the name of the one who did it', async () => {
  const stage = await start();
  const { acme, sql } = stage;
  const { userId } = await signUp(stage, 'ann');
  const staff = await signUp(stage, 'zoe');
  const act = (action: object): Promise<string> => codeOf(acme.admin.change(userId, action, staff.visitor));
  expect(await act({ action: 'unlock' })).toBe('forbidden');
  await sql('UPDATE account SET is_admin = $1 WHERE id = $2', [1, staff.userId]);
  for (const action of [
    { action: 'require', from: new Date(stage.clock() + 7 * 86_400_000).toISOString() },
    { action: 'stop_requiring' },
    { action: 'reset', reason: 'lost phone', name: 'ann' },
  ]) {
    expect(await act(action)).toBe('none');
  }
  const history = await acme.mfa.history(userId);
  expect(history.map(({ type, actor }) => [type, actor])).toEqual([
    ['reset', 'zoe'],
    ['exempted', 'zoe'],
    ['enforced', 'zoe'],
  ]);
  expect(await acme.accounts.byId(userId)).toMatchObject({ seenSeq: 3 });
});

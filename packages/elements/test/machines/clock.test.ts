import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { enroll, signIn, stepUp } from '../../src/machines.ts';
import { connect, startAcme } from '../acme.ts';
import { NO_PASSKEYS, testStorage } from './running.ts';

// The application's clock and the timers of the page are one.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;

/** Ann has enrolled; time passes for the application as for the page. */
async function scene() {
  const acme = startAcme();
  const ann = await acme.enroll('ann');
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 10_000) {
      acme.clock.advance({ milliseconds: Math.min(left, 10_000) });
      await vi.advanceTimersByTimeAsync(Math.min(left, 10_000));
    }
  };
  const begun = await acme.logIn('ann');
  if (begun.next !== 'verify') throw new Error('Who has enrolled is asked for a code');
  return { acme, ann, begun, pass, now: acme.clock };
}

test('ten wrong codes lock; when the lock ends the question is there again', async () => {
  const { acme, ann, begun, pass, now } = await scene();
  const { client } = connect(acme, null);
  const machine = signIn({ client, begun: { ...begun, expires_at: undefined }, passkeys: NO_PASSKEYS, now });
  for (let tries = 0; tries < 10; tries += 1) await machine.answer({ code: ann.wrongCode() });
  await machine.answer({ code: ann.code() });
  const locked = machine.get();
  if (locked.step !== 'locked' || locked.until === null) throw new Error('Ten failures lock for a while');
  expect(locked.until).toBeGreaterThan(now());
  await pass(locked.until - now() - 1);
  expect(machine.get().step).toBe('locked');
  await pass(1);
  expect(machine.get()).toMatchObject({ step: 'asking', way: 'code', busy: false, told: null });
});

test('a sign-in ends when its token does, and not before', async () => {
  const { acme, begun, pass, now } = await scene();
  const machine = signIn({ client: connect(acme, null).client, begun, passkeys: NO_PASSKEYS, now });
  await pass(5 * MINUTE - 1);
  expect(machine.get().step).toBe('asking');
  await pass(1);
  expect(machine.get()).toEqual({ step: 'expired', told: { code: 'invalid_token' } });
});

test('a sign-in that is done stays done when its token ends', async () => {
  const { acme, ann, begun, pass, now } = await scene();
  const machine = signIn({ client: connect(acme, null).client, begun, passkeys: NO_PASSKEYS, now });
  await machine.answer({ code: ann.code() });
  await pass(6 * MINUTE);
  expect(machine.get().step).toBe('done');
});

test('a machine that has ended looks at no clock any more', async () => {
  const { acme, begun, now } = await scene();
  const machine = signIn({ client: connect(acme, null).client, begun, passkeys: NO_PASSKEYS, now });
  expect(vi.getTimerCount()).toBe(1);
  machine.destroy();
  expect(vi.getTimerCount()).toBe(0);
});

test('a picture that has expired is shown no longer, and nothing of it is kept', async () => {
  const { acme, pass, now } = await scene();
  const storage = testStorage();
  const { client } = connect(acme, 'bea');
  const machine = enroll({ client, kinds: ['totp'], passkeys: NO_PASSKEYS, storage, now });
  await vi.waitFor(() => expect(machine.get().step).toBe('scan'));
  expect(storage.length).toBe(1);
  await pass(10 * MINUTE);
  expect(machine.get()).toEqual({ step: 'failed', told: { code: 'setup_expired' }, next: 'restart' });
  expect(storage.length).toBe(0);
  await machine.proceed();
  expect(machine.get().step).toBe('scan');
});

test('a step-up that is locked asks again when the lock ends', async () => {
  const { acme, ann, pass, now } = await scene();
  const machine = stepUp({ client: connect(acme, 'ann').client, passkeys: NO_PASSKEYS, now });
  const asked = machine.ask();
  await vi.waitFor(() => expect(machine.get().step).toBe('asking'));
  for (let tries = 0; tries < 11; tries += 1) await machine.answer({ code: ann.wrongCode() });
  const locked = machine.get();
  if (locked.step !== 'locked' || locked.until === null) throw new Error('Ten failures lock for a while');
  await pass(locked.until - now());
  await vi.waitFor(() => expect(machine.get().step).toBe('asking'));
  await machine.answer({ code: ann.code() });
  expect(await asked).toBe(true);
});

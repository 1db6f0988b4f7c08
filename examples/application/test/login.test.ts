/** The login: how many may try, and what it gives away. */
import { testClock } from '@mfakit/testkit';
import { beforeEach, expect, test, vi } from 'vitest';
import { networkOf } from '../src/network.ts';
import { rateLimit } from '../src/rate-limit.ts';
import { codeOf, PASSWORD, signUp, start, statusOf, visitor } from './acme.ts';
import { argon2id, argon2Verify } from './quick-argon2.ts';

vi.mock('hash-wasm', () => import('./quick-argon2.ts'));

beforeEach(() => {
  argon2Verify.mockClear();
});

/** How many calls ended how. */
async function tally(calls: readonly Promise<unknown>[]): Promise<Readonly<Record<number, number>>> {
  const counts: Record<number, number> = {};
  for (const status of await Promise.all(calls.map((call) => statusOf(call)))) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

test('of 120 logins at once only as many reach the password hash as the limit allows', async () => {
  const { acme } = await start();
  argon2Verify.mockClear();
  const calls = Array.from({ length: 120 }, (_, index) =>
    acme.logIn({ user_name: `name-${index}`, password: 'wrong' }, visitor),
  );
  expect(await tally(calls)).toEqual({ 401: 50, 429: 70 });
  expect(argon2Verify).toHaveBeenCalledTimes(50);
});

test('at the limit of a network not even the right password signs in', async () => {
  const stage = await start();
  await signUp(stage, 'abe');
  const wrong = Array.from({ length: 50 }, (_, index) =>
    stage.acme.logIn({ user_name: `name-${index}`, password: 'wrong' }, visitor),
  );
  await tally(wrong);
  expect(await statusOf(stage.acme.logIn({ user_name: 'abe', password: PASSWORD }, visitor))).toBe(429);
});

test('a network may fail fifty times in a quarter of an hour, and a success takes no place', () => {
  const clock = testClock();
  const limit = rateLimit({ attempts: 50, windowSeconds: 15 * 60, clock });
  for (let attempt = 0; attempt < 200; attempt++) limit.enter('192.0.2.7')?.();
  for (let failure = 0; failure < 50; failure++) expect(limit.enter('192.0.2.7')).not.toBe(null);
  expect(limit.enter('192.0.2.7')).toBe(null);
  expect(limit.enter('192.0.2.8')).not.toBe(null);
  clock.advance({ minutes: 15, seconds: 1 });
  expect(limit.enter('192.0.2.7')).not.toBe(null);
});

test('an IPv6 address counts as its /64, an IPv4 address for itself, however they are written', () => {
  expect(networkOf('2001:db8:0:1::1')).toBe('2001:db8:0:1::/64');
  expect(networkOf('2001:DB8:0:1:ffff:ffff:ffff:ffff')).toBe('2001:db8:0:1::/64');
  expect(networkOf('2001:db8:0:2::1')).not.toBe(networkOf('2001:db8:0:1::1'));
  expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  expect(networkOf('::1')).toBe('0:0:0:0::/64');
  expect(networkOf('1:2:3:4:5:6:7::')).toBe('1:2:3:4::/64');
  expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(networkOf('192.0.2.1')).toBe('192.0.2.1');
  const limit = rateLimit({ attempts: 2, windowSeconds: 60, clock: testClock() });
  expect(limit.enter('2001:db8::1')).not.toBe(null);
  expect(limit.enter('2001:db8::2')).not.toBe(null);
  expect(limit.enter('2001:db8::3')).toBe(null);
});

test('a name without an account gets the same answers as one with an account, after as many hashes', async () => {
  const stage = await start();
  await signUp(stage, 'ann');
  const answers = async (userName: string): Promise<readonly string[]> => {
    const told: string[] = [];
    for (let failure = 1; failure <= 12; failure++) {
      argon2Verify.mockClear();
      const code = await codeOf(stage.acme.logIn({ user_name: userName, password: 'wrong' }, visitor));
      told.push(`${code} after ${argon2Verify.mock.calls.length}`);
    }
    return told;
  };
  const known = await answers('ann');
  expect(known.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 'invalid_credentials after 1'));
  expect(known.slice(9)).toEqual(['locked after 1', 'locked after 0', 'locked after 0']);
  expect(await answers('nobody')).toEqual(known);
});

test('the first name without an account costs no more than the second', async () => {
  // As in a process that has just begun: what stands in for an unknown user's hash is not there yet.
  vi.resetModules();
  const fresh = await import('./acme.ts');
  const { acme } = await fresh.start();
  argon2id.mockClear();
  argon2Verify.mockClear();
  await fresh.statusOf(acme.logIn({ user_name: 'nobody', password: 'wrong' }, visitor));
  expect(argon2id).not.toHaveBeenCalled();
  expect(argon2Verify).toHaveBeenCalledTimes(1);
});

test('one network gets thirty new accounts an hour, asked for at once or not', async () => {
  const { acme, clock } = await start();
  const ask = (name: string): Promise<unknown> => acme.signUp({ user_name: name, password: PASSWORD }, visitor);
  expect(await tally(Array.from({ length: 40 }, (_, index) => ask(`new-${index}`)))).toEqual({ 200: 30, 429: 10 });
  expect(await statusOf(ask('one-more'))).toBe(429);
  clock.advance({ hours: 1, seconds: 1 });
  expect(await statusOf(ask('one-more'))).toBe(200);
});

test('names that are taken count too: nobody tries a list of them', async () => {
  const { acme } = await start();
  await acme.signUp({ user_name: 'taken', password: PASSWORD }, visitor);
  const ask = (): Promise<unknown> => acme.signUp({ user_name: 'taken', password: PASSWORD }, visitor);
  expect(await tally(Array.from({ length: 40 }, ask))).toEqual({ 422: 29, 429: 11 });
});

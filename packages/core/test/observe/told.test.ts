/** What an observer is told: each piece of work once, with its outcome and its time, and nothing about anybody. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createMfa, type CodeHasher } from '@mfakit/core';
import { MFA_CALLS, outcomeOf, provenBy, readyForCalls, type CallName } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';
import { everyTextOf } from '../operations/secrets.ts';
import { recorder, type Recorder } from './recorder.ts';

const NAMES = (Object.keys(MFA_CALLS) as CallName[]).filter((name) => name !== 'clock');

/** An application with an observer, which has forgotten what went before. */
function observed(): Stage & Recorder {
  const recorded = recorder();
  return { ...stage({ observe: recorded.observe }), ...recorded };
}

test.each(NAMES)('%s is told once, with the questions that it asks the store', async (name) => {
  const on = observed();
  const { input } = await readyForCalls(on, 'ann');
  // A process that has seen the user may leave out the read: this one has not.
  const mfa = on.another();
  on.told.length = 0;
  await MFA_CALLS[name].run(mfa, input);
  const calls = on.told.filter((text) => text.startsWith('call '));
  // A sweep is told page by page: here one, and the end.
  expect(calls).toEqual(name === 'rekey' ? ['call rekey ok', 'call rekey ok'] : [`call ${name} ok`]);
  const asked = on.told.filter((text) => text.startsWith('store ')).map((text) => text.split(' ')[1]);
  // Nothing has to be sealed anew here.
  const expected = name === 'rekey' ? ['scan'] : name === 'check' ? ['check'] : MFA_CALLS[name].uses;
  expect(new Set(asked)).toEqual(new Set(expected));
  expect(on.told.filter((text) => !text.endsWith(' ok'))).toEqual([]);
  expect(on.times.every((ms) => ms >= 0 && ms < 30_000)).toBe(true);
});

test.each(NAMES)('%s over a store that is down', async (name) => {
  const on = observed();
  const { input } = await readyForCalls(on, 'ann');
  on.told.length = 0;
  for (const method of ['read', 'commit', 'events', 'scan'] as const) on.store.fail(method, new Error('down'));
  const outcome = await outcomeOf(MFA_CALLS[name].run(on.mfa, input));
  const shown = outcome === 'accepted' ? 'ok' : outcome;
  expect(on.told.at(-1)).toBe(`call ${name} ${shown}`);
  const asked = on.told.filter((text) => text.startsWith('store '));
  expect(asked.length > 0).toBe(MFA_CALLS[name].uses.length > 0);
  expect(asked.filter((text) => !text.endsWith(' fault'))).toEqual([]);
});

test('every call of Mfa is told, those by a passkey alone too', async () => {
  const on = observed();
  await outcomeOf(on.mfa.passkeyChallenge());
  await outcomeOf(on.mfa.passkeySignIn({ token: 'x' }));
  expect(on.told).toEqual(['call passkeyChallenge not_offered', 'call passkeySignIn not_offered']);
  expect(Object.keys(on.mfa).toSorted()).toEqual(
    [...Object.keys(MFA_CALLS), 'breakGlass', 'passkeyChallenge', 'passkeySignIn'].toSorted(),
  );
});

test('a refusal is told by its code, and what is none as a fault', async () => {
  const on = observed();
  const ann = await on.enroll('ann');
  on.told.length = 0;
  expect(await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }))).toBe('invalid_code');
  const broken = on.another({
    observe: on.observe,
    require: () => 'no policy' as never,
  });
  await expect(broken.status('ann')).rejects.toThrow(TypeError);
  expect(on.told.filter((text) => text.startsWith('call '))).toEqual(['call stepUp invalid_code', 'call status fault']);
});

test('a race that was lost is told as such', async () => {
  const on = observed();
  let first = true;
  const beaten = on.another({
    observe: on.observe,
    store: {
      ...on.store,
      async commit(swap) {
        if (first) await on.another().enforce('ann');
        first = false;
        return on.store.commit(swap);
      },
    },
  });
  await beaten.passwordFailed('ann');
  expect(on.told.filter((text) => text.startsWith('store commit'))).toEqual([
    'store commit ok', // of the other one, which has the same observer
    'store commit lost',
    'store commit ok',
  ]);
});

test('digests are told with their number and how they ended', async () => {
  const on = observed();
  const ann = await on.enroll('ann');
  const [backupCode = ''] = ann.backupCodes;
  const hashes = (): readonly string[] => on.told.splice(0).filter((text) => text.startsWith('hash '));
  expect(hashes()).toEqual(['hash 10 ok']);
  await on.mfa.stepUp('ann', { backupCode });
  expect(hashes()).toEqual(['hash 1 ok']);
  const failing = on.another({ observe: on.observe, hasher: () => Promise.reject(new Error('no memory')) });
  await outcomeOf(failing.stepUp('ann', { backupCode }));
  expect(hashes()).toEqual(['hash 1 busy']);
});

test('times are those of the work', async () => {
  const on = observed();
  on.times.length = 0;
  const slow = on.another({
    observe: on.observe,
    store: { ...on.store, read: () => new Promise((resolve) => setTimeout(() => resolve(null), 30)) },
  });
  await slow.begin('ann');
  expect(on.told.slice(-2)).toEqual(['store read ok', 'call begin ok']);
  const [read = 0, begin = 0] = on.times.slice(-2);
  expect(read).toBeGreaterThan(25);
  expect(begin).toBeGreaterThanOrEqual(read);
});

test('what happens during the work finds the span in which it was begun', async () => {
  const active = new AsyncLocalStorage<string>();
  const begunIn: string[] = [];
  const begins =
    (what: string) =>
    (_subject: unknown, begin: () => void): undefined => {
      active.run(`${active.getStore() ?? ''}/${what}`, begin);
    };
  const on = stage();
  const { backupCodes } = await on.enroll('ann');
  const { read } = on.store;
  const { hasher = neverHashes } = on.options;
  const traced = on.another({
    observe: { call: begins('call'), store: begins('store'), hash: begins('hash') },
    store: {
      ...on.store,
      read(userId) {
        begunIn.push(active.getStore() ?? '');
        return read(userId);
      },
    },
    hasher(job) {
      begunIn.push(active.getStore() ?? '');
      return hasher(job);
    },
  });
  await traced.stepUp('ann', { backupCode: backupCodes[0] ?? '' });
  expect(new Set(begunIn)).toEqual(new Set(['/call/store', '/call/hash']));
});

const neverHashes: CodeHasher = async () => {
  throw new Error('The application of a test has a hasher.');
};

test('a sweep is told page by page, also if it is left early', async () => {
  const on = observed();
  for (const name of ['ann', 'ben']) await on.enroll(name);
  const rotated = createMfa({ ...on.options, keys: [KEY_B, KEY_A] });
  on.told.length = 0;
  for await (const { rekeyed } of rotated.rekey()) {
    expect(rekeyed).toBe(2);
    break;
  }
  expect(on.told.filter((text) => text.startsWith('call '))).toEqual(['call rekey ok']);
  const ended = new AbortController();
  const pages = rotated.rekey({ signal: ended.signal });
  ended.abort(new Error('stop'));
  await expect(async () => {
    for await (const page of pages) expect(page).toBe(undefined);
  }).rejects.toThrow('stop');
  expect(on.told.at(-1)).toBe('call rekey fault');
});

test.each(NAMES)('R-65 nothing that is told of %s names anybody or holds a secret', async (name) => {
  for (const way of ['accepted', 'refused', 'down'] as const) {
    const on = observed();
    const { user, input } = await readyForCalls(on, 'canary-user');
    const token = await on.token('canary-user');
    const request = { ip: '192.0.2.99', userAgent: 'canary-agent', actor: 'canary-actor' };
    const wrong = provenBy({ ...input, setupCode: user.wrongCode(), token: `${token}x` }, { code: user.wrongCode() });
    if (way === 'down') for (const method of ['read', 'commit', 'scan'] as const) on.store.fail(method, new Error('x'));
    await outcomeOf(MFA_CALLS[name].run(on.mfa, { ...(way === 'refused' ? wrong : { ...input, token }), request }));
    const text = everyTextOf(on.told);
    const secrets = [user.secret, user.factorId, token, ...user.backupCodes, KEY_A, '192.0.2.99', 'canary'];
    expect([name, way, secrets.filter((secret) => text.includes(secret))]).toEqual([name, way, []]);
    // All of it, so that nothing can hide: names and numbers of which there are few.
    expect(on.told.filter((one) => !/^(?:call \w+|store \w+|hash \d+) [a-z_]+$/.test(one))).toEqual([]);
  }
});

test('rekey decides on what its scan has read, and reads nothing again', async () => {
  const on = observed();
  for (const userId of ['ann', 'ben', 'cid']) await on.enroll(userId);
  const rotated = on.another({ keys: [KEY_B, KEY_A] });
  on.told.length = 0;
  for await (const _ of rotated.rekey());
  const asked = on.told.filter((text) => text.startsWith('store ')).map((text) => text.split(' ')[1]);
  expect(asked.filter((operation) => operation !== 'scan')).toEqual(['commit', 'commit', 'commit']);
});

test('an observed queue gives places back like any other: two hundred refused codes later there is room', async () => {
  const on = observed();
  for (let refused = 0; refused < 100; refused += 1) {
    const userId = `user-${refused}`;
    await on.mfa.setup({ userId }, { accountName: userId });
    expect(await outcomeOf(on.mfa.confirm({ userId }, { code: '000000' }))).toBe('invalid_code');
    expect(await outcomeOf(on.mfa.confirm({ userId }, { code: '111111' }))).toBe('invalid_code');
  }
  await on.enroll('ann');
});

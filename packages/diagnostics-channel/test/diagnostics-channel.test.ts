/** The channels: what is published on each, that nothing is without subscribers, and that none touches a call. */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { diagnosticsChannel } from '@mfakit/diagnostics-channel';
import { memoryStore } from '@mfakit/memory';
import { MFA_CALLS, outcomeOf, readyForCalls, testApplication, type CallName } from '@mfakit/testkit';
import { expect, onTestFinished, test } from 'vitest';

const NAMES = ['mfakit:call', 'mfakit:store', 'mfakit:hash', 'mfakit:event'] as const;

/** Subscribes to channels until the test ends. */
function messages(...names: readonly string[]): readonly object[] {
  const received: object[] = [];
  for (const name of names) {
    const listen = (message: unknown): void => void received.push({ on: name, ...(message as object) });
    subscribe(name, listen);
    onTestFinished(() => void unsubscribe(name, listen));
  }
  return received;
}

const begin = (): void => undefined;

const ms: unknown = expect.any(Number);

test('a sign-in by a backup code is published on every channel', async () => {
  const { another, enroll, token } = testApplication();
  const ann = await enroll('ann');
  const held = await token('ann');
  // A process that has not seen the user: it reads first.
  const mfa = another(diagnosticsChannel());
  const received = messages(...NAMES);
  await mfa.verify({ token: held, backupCode: ann.backupCodes[0] ?? '' }, { ip: '192.0.2.1' });
  expect(received).toEqual([
    { on: 'mfakit:store', operation: 'read', outcome: 'ok', ms },
    { on: 'mfakit:store', operation: 'commit', outcome: 'ok', ms },
    expect.objectContaining({ on: 'mfakit:event', type: 'attempt_charged', userId: 'ann', ip: '192.0.2.1' }),
    { on: 'mfakit:hash', jobs: 1, outcome: 'ok', ms },
    { on: 'mfakit:store', operation: 'commit', outcome: 'ok', ms },
    expect.objectContaining({ on: 'mfakit:event', type: 'verified', method: 'backup_code' }),
    { on: 'mfakit:call', call: 'verify', outcome: 'ok', ms },
  ]);
});

test('without subscribers nobody is asked to tell the end', () => {
  const { observe } = diagnosticsChannel();
  const asked = (): readonly unknown[] => [
    observe.call('verify', begin),
    observe.store('read', begin),
    observe.hash(1, begin),
  ];
  expect(asked()).toEqual([undefined, undefined, undefined]);
  messages('mfakit:store');
  expect(asked()).toEqual([undefined, expect.any(Function), undefined]);
});

test('it is enough to subscribe later', async () => {
  const { mfa } = testApplication({ ...diagnosticsChannel(), store: memoryStore() });
  const received = messages('mfakit:call');
  await outcomeOf(mfa.challenge('ann'));
  expect(received).toEqual([{ on: 'mfakit:call', call: 'challenge', outcome: 'not_enabled', ms }]);
  expect(channel('mfakit:call').hasSubscribers).toBe(true);
});

test('what a subscriber throws reaches no call: Node makes it an uncaught exception', async () => {
  const { mfa } = testApplication(diagnosticsChannel());
  const uncaught: string[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', ({ message }) => uncaught.push(message));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
  });
  for (const name of NAMES) {
    const listen = (): never => {
      throw new Error(name);
    };
    subscribe(name, listen);
    onTestFinished(() => void unsubscribe(name, listen));
  }
  expect(await outcomeOf(mfa.enforce('ann'))).toBe('accepted');
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(new Set(uncaught)).toEqual(new Set(['mfakit:store', 'mfakit:event', 'mfakit:call']));
});

function found(text: string, words: readonly string[]): readonly string[] {
  return words.filter((word) => text.includes(word));
}

test.each(Object.keys(MFA_CALLS) as CallName[])(
  '%s: no channel but that of events names a user or holds a secret',
  async (name) => {
    const on = testApplication(diagnosticsChannel());
    const { user, input } = await readyForCalls(on, 'canary-user');
    const request = { ip: '192.0.2.99', userAgent: 'canary-agent', actor: 'canary-actor' };
    const received = messages('mfakit:call', 'mfakit:store', 'mfakit:hash');
    const events = messages('mfakit:event');
    await outcomeOf(MFA_CALLS[name].run(on.mfa, { ...input, request }));
    const secrets = [user.secret, input.token as string, ...user.backupCodes];
    const personal = [user.factorId, input.deviceId ?? '', '192.0.2.99', 'canary'];
    expect(found(JSON.stringify(received), [...secrets, ...personal])).toEqual([]);
    expect(found(JSON.stringify(events), secrets)).toEqual([]);
    expect(received.length > 0).toBe(name !== 'clock');
  },
);

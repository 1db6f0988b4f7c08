/** I-12: no observer changes an outcome, delays a call, or has work done twice. */
import type { Observer } from '@mfakit/core';
import { MFA_CALLS, outcomeOf, provenBy, readyForCalls, type CallName } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { stage } from '../harness.ts';

const NAMES = Object.keys(MFA_CALLS) as CallName[];

type Hostile = (begin: () => void) => unknown;

const boom = (): never => {
  throw new Error('observer');
};

/** What an observer could do wrong. */
const HOSTILE: Readonly<Record<string, Hostile>> = {
  'throws before it begins': boom,
  'throws after it began': (begin) => {
    begin();
    boom();
  },
  'begins again and again': (begin) => {
    begin();
    begin();
    return () => begin();
  },
  'begins later': (begin) => {
    setTimeout(begin, 1);
    queueMicrotask(begin);
  },
  'gives a promise that never ends': () => new Promise(() => undefined),
  'gives a promise that rejects': async () => boom(),
  'gives what is none': () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tried here
    get then(): never {
      return boom();
    },
  }),
  'throws at the end': () => boom,
  'waits at the end': () => () => new Promise(() => undefined),
  'rejects at the end': () => async () => boom(),
};

/** What a call did: its outcome, what was stored and told. */
async function effects(name: CallName, way: 'accepted' | 'refused', observe?: Observer): Promise<object> {
  const on = stage(observe === undefined ? {} : { observe });
  const { user, input } = await readyForCalls(on, 'ann');
  const wrong = provenBy({ ...input, setupCode: user.wrongCode(), token: 'x' }, { code: user.wrongCode() });
  const before = on.store.commits();
  on.events.length = 0;
  const outcome = await outcomeOf(MFA_CALLS[name].run(on.mfa, way === 'refused' ? wrong : input));
  return {
    outcome,
    commits: on.store.commits() - before,
    passwordChecks: on.passwordChecks(),
    hashes: on.hashes(),
    events: on.events.map(({ type }) => type),
  };
}

test.each(NAMES)('%s does what it does without an observer, whatever that does', async (name) => {
  for (const way of ['accepted', 'refused'] as const) {
    const expected = await effects(name, way);
    for (const [what, hostile] of Object.entries(HOSTILE)) {
      const each = (_: unknown, begin: () => void): never => hostile(begin) as never;
      const seen = await effects(name, way, { call: each, store: each, hash: each });
      expect([what, seen]).toEqual([what, expected]);
    }
  }
});

test('an observer without methods is none', async () => {
  expect(await effects('verify', 'accepted', {})).toEqual(await effects('verify', 'accepted'));
});

test('the methods of an observer find their own object', async () => {
  class Counter implements Observer {
    calls = 0;
    call(): undefined {
      this.calls += 1;
    }
  }
  const counter = new Counter();
  await stage({ observe: counter }).mfa.status('ann');
  expect(counter.calls).toBe(1);
});

/** Every text that a caller gives has a longest length: taken at it, and refused or cut beyond it. */
import { MfaError, type EventPage } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  provenBy,
  readyForCalls,
  TEST_PASSWORD,
  virtualAuthenticator,
  type CallInput,
  type CallName,
} from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

/** How a call ends with this input: `accepted`, or the code of the refusal and the field that it names. */
async function endOf(
  name: CallName,
  change: (input: CallInput) => Partial<CallInput>,
  overrides: Parameters<typeof stage>[0] = {},
): Promise<{ readonly end: string; readonly written: number; readonly slow: number }> {
  const on = stage(overrides);
  const { input } = await readyForCalls(on, 'ann');
  const [commits, slow] = [on.store.commits(), on.hashes() + on.passwordChecks()];
  const end = await MFA_CALLS[name].run(on.mfa, { ...input, ...change(input) }).then(
    () => 'accepted',
    (error: unknown) => (error instanceof MfaError ? [error.code, error.field].filter(Boolean).join(' ') : 'defect'),
  );
  return { end, written: on.store.commits() - commits, slow: on.hashes() + on.passwordChecks() - slow };
}

const REFUSED = { written: 0, slow: 0 };
const NEEDING_EVIDENCE = [...callsTaking('secondFactor'), ...callsTaking('proof')];

type Change = (input: CallInput) => Partial<CallInput>;

/** The right code, and spaces after it. */
function padded(length: number): Change {
  return (input) => provenBy(input, { code: (input.secondFactor.code ?? '').padEnd(length) });
}

/** A wrong backup code, and dashes after it. */
function dashed(length: number): Change {
  return (input) => provenBy(input, { backupCode: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ'.padEnd(length, '-') });
}

function withPassword(password: string): Change {
  return (input) => provenBy(input, input.secondFactor, password);
}

describe('a code as it was typed has at most 64 characters', () => {
  test.each(NEEDING_EVIDENCE)('at %s', async (call) => {
    expect((await endOf(call, padded(64))).end).toBe('accepted');
    expect(await endOf(call, padded(65))).toEqual({ end: 'invalid_input code', ...REFUSED });
  });

  test('at confirm', async () => {
    const at = await endOf('confirm', ({ setupCode }) => ({ setupCode: setupCode.padEnd(64) }));
    expect(at.end).toBe('accepted');
    const beyond = await endOf('confirm', ({ setupCode }) => ({ setupCode: setupCode.padEnd(65) }));
    expect(beyond).toEqual({ end: 'invalid_input code', ...REFUSED });
  });
});

describe('a backup code as it was typed has at most 64 characters', () => {
  test.each(NEEDING_EVIDENCE)('at %s', async (call) => {
    expect((await endOf(call, dashed(64))).end).toBe('invalid_backup_code');
    expect(await endOf(call, dashed(65))).toEqual({ end: 'invalid_input backupCode', ...REFUSED });
  });
});

describe('a password has at most 1,024 characters', () => {
  const longest = 'x'.repeat(1024);
  test.each(callsTaking('proof'))('at %s', async (call) => {
    const verifyPassword = async (_userId: string, password: string): Promise<boolean> =>
      password.startsWith(longest) || password === TEST_PASSWORD;
    expect((await endOf(call, withPassword(longest), { verifyPassword })).end).toBe('accepted');
    const beyond = await endOf(call, withPassword(`${longest}x`), { verifyPassword });
    expect(beyond).toEqual({ end: 'invalid_input password', ...REFUSED });
  });
});

describe('a user id has at most 255 bytes', () => {
  test.each(callsTaking('userId'))('at %s', async (call) => {
    const beyond = await endOf(call, () => ({ userId: 'x'.repeat(256) }));
    expect(beyond).toEqual({ end: 'invalid_input userId', ...REFUSED });
    expect(await endOf(call, () => ({ userId: '\u00E9'.repeat(128) }))).toEqual({
      end: 'invalid_input userId',
      ...REFUSED,
    });
    expect((await endOf(call, () => ({ userId: 'x'.repeat(255) }))).end).not.toBe('invalid_input userId');
  });
});

test('an account name has at most 254 bytes, and is cut beyond; a label 64 characters', async () => {
  const { mfa } = stage();
  const ends = async (details: { accountName: string; label?: string }): Promise<unknown> =>
    mfa.setup({ userId: 'ann' }, details).then(
      ({ uri }) => virtualAuthenticator(uri).accountName,
      ({ field }: { field: string }) => field,
    );
  expect(await ends({ accountName: 'x'.repeat(254) })).toBe('x'.repeat(254));
  expect(await ends({ accountName: 'x'.repeat(255) })).toBe('x'.repeat(254));
  expect(await ends({ accountName: '\u00E9'.repeat(127) })).toBe('\u00E9'.repeat(127));
  expect(await ends({ accountName: `${'\u00E9'.repeat(127)}x` })).toBe('\u00E9'.repeat(127));
  expect(await ends({ accountName: 'ann', label: 'x'.repeat(64) })).toBe('ann');
  expect(await ends({ accountName: 'ann', label: 'x'.repeat(65) })).toBe('label');
});

test('what comes with a request is cut, by every call that takes it', async () => {
  const long = { ip: 'i'.repeat(65), userAgent: 'u'.repeat(257), actor: 'a'.repeat(256) };
  const cut = { ip: 'i'.repeat(64), userAgent: 'u'.repeat(256), actor: 'a'.repeat(255) };
  for (const name of callsTaking('request').filter((call) => MFA_CALLS[call].uses.includes('commit'))) {
    const on = stage();
    const { input } = await readyForCalls(on, 'ann');
    await MFA_CALLS[name].run(on.mfa, { ...input, request: long });
    expect([name, on.events.at(-1)]).toMatchObject([name, cut]);
  }
});

test('where no record shows the number of the newest event, one event is read, and no page of them', async () => {
  const on = stage();
  const pages: unknown[] = [];
  const store = {
    ...on.store,
    events: async (userId: string, page: EventPage) => (pages.push(page), on.store.events(userId, page)),
  };
  await on.another({ store }).passwordFailed('ann');
  expect(pages).toEqual([{ limit: 1 }]);
});

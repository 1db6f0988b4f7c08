/** The fates of a setup: each is told by a code of its own, and none of them counts as a guess. */
import type { SetupResult } from '@mfakit/core';
import { outcomeOf, virtualAuthenticator, wrongCode } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';

const ANN = { userId: 'ann' };
const ACCOUNT = { accountName: 'ann@example.com' };

function codeOf({ clock }: Stage, { uri }: SetupResult): string {
  return virtualAuthenticator(uri).code(clock());
}

async function voidSetup(on: Stage, { uri, factorId }: SetupResult): Promise<void> {
  const code = wrongCode(virtualAuthenticator(uri), on.clock());
  for (let n = 0; n < 10; n++) expect(await outcomeOf(on.mfa.confirm(ANN, { code, factorId }))).toBe('invalid_code');
}

describe('confirm with a factorId', () => {
  test('a double click, two tabs: the setup that was replaced says so, and the newest is good', async () => {
    const on = stage();
    const [first, second] = [await on.mfa.setup(ANN, ACCOUNT), await on.mfa.setup(ANN, ACCOUNT)];
    const { factorId } = first;
    for (let n = 0; n < 20; n++) {
      expect(await outcomeOf(on.mfa.confirm(ANN, { code: codeOf(on, first), factorId }))).toBe('setup_replaced');
    }
    expect((await on.store.record('ann')).pending?.failures).toBe(0);
    const accepted = await on.mfa.confirm(ANN, { code: codeOf(on, second), factorId: second.factorId });
    expect(accepted.factorId).toBe(second.factorId);
  });

  test('confirmed in another tab', async () => {
    const on = stage();
    const staged = await on.mfa.setup(ANN, ACCOUNT);
    const given = { code: codeOf(on, staged), factorId: staged.factorId };
    await on.mfa.confirm(ANN, given);
    expect(await outcomeOf(on.mfa.confirm(ANN, given))).toBe('setup_confirmed');
  });

  test('expired', async () => {
    const on = stage();
    const staged = await on.mfa.setup(ANN, ACCOUNT);
    on.clock.advance({ minutes: 10 });
    const given = { code: codeOf(on, staged), factorId: staged.factorId };
    expect(await outcomeOf(on.mfa.confirm(ANN, given))).toBe('setup_expired');
  });

  test('ended by wrong codes, until another begins', async () => {
    const on = stage();
    const staged = await on.mfa.setup(ANN, ACCOUNT);
    await voidSetup(on, staged);
    const given = { code: codeOf(on, staged), factorId: staged.factorId };
    expect(await outcomeOf(on.mfa.confirm(ANN, given))).toBe('setup_voided');
    expect(await outcomeOf(on.mfa.confirm(ANN, { code: given.code }))).toBe('setup_voided');
    const next = await on.mfa.setup(ANN, ACCOUNT);
    expect(await outcomeOf(on.mfa.confirm(ANN, given))).toBe('setup_replaced');
    expect(await outcomeOf(on.mfa.confirm(ANN, { code: codeOf(on, next) }))).toBe('accepted');
  });

  test('one of another user, or of nobody, is not told apart from none', async () => {
    const on = stage();
    const { factorId } = await on.enroll('bob');
    for (const unknown of [factorId, 'x', '']) {
      expect(await outcomeOf(on.mfa.confirm(ANN, { code: '123456', factorId: unknown }))).toBe('setup_not_started');
    }
    expect(await on.mfa.history('ann')).toEqual([]);
  });

  test('must be a string', async () => {
    const wrong = stage().mfa.confirm(ANN, { code: '123456', factorId: 7 as unknown as string });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_input', field: 'factorId' });
  });
});

describe('a forced enrollment', () => {
  test('tells one end that holds: the setup lives as long as the token that began it', async () => {
    const on = stage();
    await on.mfa.enforce('ann');
    const begun = await on.mfa.begin('ann');
    if (begun.next !== 'enroll') throw new Error('not enroll');
    expect(begun.expiresAt).toEqual(new Date(on.clock() + 600_000));
    const { token } = begun;
    on.clock.advance({ minutes: 4 });
    const staged = await on.mfa.setup({ token }, ACCOUNT);
    expect(staged.expiresAt).toEqual(begun.expiresAt);
    on.clock.set(begun.expiresAt.getTime() - 1);
    const given = { code: codeOf(on, staged), factorId: staged.factorId };
    expect(await outcomeOf(on.mfa.confirm({ token }, given))).toBe('accepted');
  });

  test('sent twice, it hears that it has succeeded, and what has ended hears that', async () => {
    const on = stage();
    await on.mfa.enforce('ann');
    const token = await on.token('ann');
    const staged = await on.mfa.setup({ token }, ACCOUNT);
    const given = { code: codeOf(on, staged), factorId: staged.factorId };
    await on.mfa.confirm({ token }, given);
    expect(await outcomeOf(on.mfa.confirm({ token }, given))).toBe('setup_confirmed');
    expect(await outcomeOf(on.mfa.confirm({ token }, { code: given.code }))).toBe('token_used');
    expect(await outcomeOf(on.mfa.setup({ token }, ACCOUNT))).toBe('token_used');
    on.clock.advance({ minutes: 10 });
    expect(await outcomeOf(on.mfa.confirm({ token }, { code: given.code }))).toBe('invalid_token');
  });
});

describe('a first code of another time', () => {
  test.each([
    [-31, 'invalid_code'],
    [-30, 'clock_behind'],
    [-1, 'clock_behind'],
    [1, 'clock_ahead'],
    [30, 'clock_ahead'],
    [31, 'invalid_code'],
  ])('%d minutes away: %s, which counts', async (minutes, outcome) => {
    const on = stage();
    const staged = await on.mfa.setup(ANN, ACCOUNT);
    const code = virtualAuthenticator(staged.uri).code(on.clock() + minutes * 60_000);
    expect(await outcomeOf(on.mfa.confirm(ANN, { code }))).toBe(outcome);
    expect((await on.store.record('ann')).pending?.failures).toBe(1);
    expect(await on.mfa.history('ann')).toMatchObject([{ type: 'attempt_refused', reason: outcome }, {}]);
  });

  test('is told at the first code of a factor only', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const now = on.clock();
    on.clock.advance({ minutes: 5 });
    const ahead = ann.code();
    on.clock.set(now);
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: ahead }))).toBe('invalid_code');
  });
});

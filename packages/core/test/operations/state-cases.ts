/** State cases: how to provoke the refusals that come from the state of a user, a setup or a passkey, and the list of all. */
import { createMfa, type MfaErrorCode } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  softwareKey,
  TEST_PASSWORD,
  virtualAuthenticator,
  wrongCode,
  type SoftwareKey,
} from '@mfakit/testkit';
import { lock, lockEverywhere, type Stage } from '../harness.ts';
import { userRow } from '../import/rows.ts';
import {
  creationOptions,
  enrollPasskey,
  passkeyProof,
  signedAlone,
  WRONG_SIGNATURE,
} from '../passkeys/passkey-harness.ts';
import { unreadable } from '../store/unreadable-record.ts';
import { EVIDENCE_CASES, type RefusalCase } from './refusal-cases.ts';

const DETAILS = { accountName: 'ann@example.com' };
const PROOF = { password: TEST_PASSWORD, code: '123456' };

/** The refusals that come from the state of the user, not from a second factor. */
const STATE_CASES: readonly RefusalCase[] = [
  ...(['begin', 'assertNotLocked', 'passwordFailed'] as const).map((call): RefusalCase => ({
    call,
    code: 'locked',
    provoke: async (on) => {
      await lock(on, 'ann');
      return () => on.mfa[call]('ann');
    },
  })),
  {
    call: 'verify',
    code: 'invalid_token',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.verify({ token: 'x', code: '123456' }),
  },
  {
    call: 'tokenHolder',
    code: 'invalid_token',
    provoke: async ({ mfa, clock, enroll, token }) => {
      await enroll('ann');
      const held = await token('ann');
      clock.advance({ minutes: 5 });
      return () => mfa.tokenHolder(held);
    },
  },
  {
    call: 'verify',
    code: 'not_enabled',
    when: 'the factors vanished from the store',
    provoke: async ({ mfa, enroll, token, store }) => {
      await enroll('ann');
      const held = await token('ann');
      await store.edit('ann', (record) => ({ ...record, factors: [], backupCodes: null }));
      return () => mfa.verify({ token: held, code: '123456' });
    },
  },
  {
    call: 'begin',
    code: 'record_outdated',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.begin('ann', {}, { seenSeq: 1 }),
  },
  {
    call: 'stepUp',
    code: 'not_enabled',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.stepUp('ann', { code: '123456' }),
  },
  {
    call: 'disable',
    code: 'not_enabled',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.disable('ann', PROOF),
  },
  {
    call: 'regenerate',
    code: 'not_enabled',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.regenerate('ann', PROOF),
  },
  {
    call: 'disable',
    code: 'required_by_policy',
    provoke: async ({ mfa, enroll }) => {
      const ann = await enroll('ann');
      await mfa.enforce('ann');
      return () => mfa.disable('ann', ann.proof());
    },
  },
  {
    call: 'removeFactor',
    code: 'required_by_policy',
    provoke: async ({ mfa, enroll }) => {
      const ann = await enroll('ann');
      await mfa.enforce('ann');
      return () => mfa.removeFactor('ann', ann.factorId, ann.proof());
    },
  },
  {
    call: 'removeFactor',
    code: 'factor_not_found',
    provoke: async ({ mfa, enroll }) => {
      const ann = await enroll('ann');
      return () => mfa.removeFactor('ann', 'another', ann.proof());
    },
  },
  {
    call: 'forgetDevice',
    code: 'device_not_found',
    provoke: async ({ mfa, enroll }) => {
      await enroll('ann');
      return () => mfa.forgetDevice('ann', 'another');
    },
  },
  {
    call: 'setup',
    code: 'already_enabled',
    provoke: async ({ mfa, enroll }) => {
      await enroll('ann');
      return () => mfa.setup({ userId: 'ann' }, DETAILS);
    },
  },
  {
    call: 'setup',
    code: 'too_many_factors',
    provoke: async ({ options, enroll }) => {
      const ann = await enroll('ann');
      const one = createMfa({ ...options, maxFactors: 1 });
      return () => one.setup({ userId: 'ann' }, { ...DETAILS, proof: ann.proof() });
    },
  },
  {
    call: 'setup',
    code: 'proof_required',
    when: 'the sign-in is too long ago',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.setup({ userId: 'ann' }, { ...DETAILS, signedInAt: new Date(0) }),
  },
  {
    call: 'setup',
    code: 'sign_in_required',
    provoke: async ({ another, clock }) => {
      const mfa = another({ verifyPassword: async () => 'none' });
      const signedInAt = new Date(clock() - 601_000);
      return () => mfa.setup({ userId: 'ann' }, { ...DETAILS, signedInAt });
    },
  },
  {
    call: 'setup',
    code: 'invalid_password',
    when: 'the sign-in is too long ago',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.setup({ userId: 'ann' }, { ...DETAILS, signedInAt: new Date(0), proof: { password: 'wrong' } }),
  },
  {
    call: 'setup',
    code: 'locked',
    when: 'the sign-in is too long ago',
    provoke: async (on) => {
      await lock(on, 'ann');
      const proof = { password: TEST_PASSWORD };
      return () => on.mfa.setup({ userId: 'ann' }, { ...DETAILS, signedInAt: new Date(0), proof });
    },
  },
  {
    call: 'confirm',
    code: 'busy',
    when: 'it is the first one',
    provoke: async ({ options, clock }) => {
      const busy = createMfa({ ...options, hasher: () => Promise.reject(new Error('too much to do')) });
      const { uri } = await busy.setup({ userId: 'ann' }, DETAILS);
      const code = virtualAuthenticator(uri).code(clock());
      return () => busy.confirm({ userId: 'ann' }, { code });
    },
  },
  {
    call: 'importUser',
    code: 'busy',
    provoke: async ({ options }) => {
      const busy = createMfa({ ...options, hasher: () => Promise.reject(new Error('too much to do')) });
      return () => busy.importUser(userRow());
    },
  },
  {
    call: 'confirm',
    code: 'setup_not_started',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.confirm({ userId: 'ann' }, { code: '123456' }),
  },
  {
    call: 'confirm',
    code: 'already_enabled',
    provoke: async ({ mfa, enroll }) => {
      await enroll('ann');
      return () => mfa.confirm({ userId: 'ann' }, { code: '123456' });
    },
  },
  {
    call: 'confirm',
    code: 'setup_expired',
    provoke: async ({ mfa, clock }) => {
      await mfa.setup({ userId: 'ann' }, DETAILS);
      clock.advance({ minutes: 10 });
      return () => mfa.confirm({ userId: 'ann' }, { code: '123456' });
    },
  },
  {
    call: 'confirm',
    code: 'invalid_code',
    provoke: async ({ mfa, clock }) => {
      const { uri } = await mfa.setup({ userId: 'ann' }, DETAILS);
      return () => mfa.confirm({ userId: 'ann' }, { code: wrongCode(virtualAuthenticator(uri), clock()) });
    },
  },
  {
    call: 'confirm',
    code: 'setup_voided',
    provoke: async ({ mfa, clock }) => {
      const { uri, factorId } = await mfa.setup({ userId: 'ann' }, DETAILS);
      const code = wrongCode(virtualAuthenticator(uri), clock());
      for (let n = 0; n < 10; n++) await outcomeOf(mfa.confirm({ userId: 'ann' }, { code }));
      return () => mfa.confirm({ userId: 'ann' }, { code: '123456', factorId });
    },
  },
  {
    call: 'confirm',
    code: 'setup_replaced',
    provoke: async ({ mfa }) => {
      const { factorId } = await mfa.setup({ userId: 'ann' }, DETAILS);
      await mfa.setup({ userId: 'ann' }, DETAILS);
      return () => mfa.confirm({ userId: 'ann' }, { code: '123456', factorId });
    },
  },
  {
    call: 'confirm',
    code: 'setup_confirmed',
    provoke: async ({ mfa, enroll }) => {
      const { factorId } = await enroll('ann');
      return () => mfa.confirm({ userId: 'ann' }, { code: '123456', factorId });
    },
  },
  ...(
    [
      ['clock_ahead', 5],
      ['clock_behind', -5],
    ] as const
  ).map(([code, minutes]): RefusalCase => ({
    call: 'confirm',
    code,
    provoke: async ({ mfa, clock }) => {
      const { uri } = await mfa.setup({ userId: 'ann' }, DETAILS);
      const shown = virtualAuthenticator(uri).code(clock() + minutes * 60_000);
      return () => mfa.confirm({ userId: 'ann' }, { code: shown });
    },
  })),
  {
    call: 'verify',
    code: 'token_used',
    provoke: async ({ mfa, enroll, token }) => {
      const ann = await enroll('ann');
      const held = await token('ann');
      await mfa.verify({ token: held, code: ann.code() });
      return () => mfa.verify({ token: held, code: '123456' });
    },
  },
  {
    call: 'confirm',
    code: 'secret_unreadable',
    provoke: async ({ mfa, store }) => {
      await mfa.setup({ userId: 'ann' }, DETAILS);
      await store.edit('ann', unreadable);
      return () => mfa.confirm({ userId: 'ann' }, { code: '123456' });
    },
  },
];

/** The refusals of a challenge, of a registration and of a passkey alone. */
const PASSKEY_CASES: readonly RefusalCase[] = [
  {
    call: 'challenge',
    code: 'not_enabled',
    provoke:
      async ({ mfa }) =>
      () =>
        mfa.challenge('ann'),
  },
  {
    call: 'challenge',
    code: 'locked',
    provoke: async (on) => {
      await lockEverywhere(on, await on.enroll('ann'));
      return () => on.mfa.challenge('ann');
    },
  },
  {
    call: 'confirm',
    code: 'invalid_registration',
    provoke: async (on) => {
      const { options } = await creationOptions(on, 'ann');
      const credential = await (await softwareKey()).create(options, { clientData: { origin: 'https://example.net' } });
      return () => on.mfa.confirm({ userId: 'ann' }, { credential });
    },
  },
  {
    call: 'confirm',
    code: 'already_registered',
    provoke: async (on) => {
      const { key } = await enrollPasskey(on, 'ann');
      const { options } = await creationOptions(on, 'ann', { proof: await passkeyProof(on, 'ann', key) });
      const credential = await key.create(options);
      return () => on.mfa.confirm({ userId: 'ann' }, { credential });
    },
  },
  {
    call: 'passkeyChallenge',
    code: 'not_offered',
    provoke: async ({ another }) => {
      const mfa = another({ factors: [] });
      return () => mfa.passkeyChallenge();
    },
  },
  {
    call: 'passkeySignIn',
    code: 'not_offered',
    provoke: async (on) => {
      const input = await signedAlone(on, (await enrollPasskey(on, 'ann')).key);
      const mfa = on.another({ factors: [] });
      return () => mfa.passkeySignIn(input);
    },
  },
  ...(
    [
      ['invalid_assertion', '', WRONG_SIGNATURE],
      ['counter_regressed', '', { signCount: 1 }],
      ['backup_eligibility_changed', '', { backupEligible: true }],
      ['password_required', 'it does not verify its user', { userVerified: false }],
      ['password_required', 'it does not say whose it is', { userHandle: null }],
    ] as const
  ).map(([code, when, bent]) => aloneCase(code, when, async (on, key) => signedAlone(on, key, bent))),
  aloneCase('password_required', 'it never verified its user before', async (on, key) => {
    await on.store.edit('ann', (record) => ({
      ...record,
      factors: record.factors.map((factor) => ({ ...factor, userVerified: false })),
    }));
    return signedAlone(on, key);
  }),
  aloneCase('unknown_credential', '', async (on, key) => {
    const input = await signedAlone(on, key);
    await on.mfa.reset('ann');
    return input;
  }),
  aloneCase('invalid_token', '', async (on, key) => {
    const input = await signedAlone(on, key);
    on.clock.advance({ minutes: 5 });
    return input;
  }),
  aloneCase('token_used', '', async (on, key) => {
    const input = await signedAlone(on, key);
    await on.mfa.passkeySignIn(input);
    return input;
  }),
  aloneCase('secret_unreadable', '', async (on, key) => {
    await on.store.edit('ann', unreadable);
    return signedAlone(on, key);
  }),
  {
    ...aloneCase('locked', 'until unlock', async (on, key) => {
      const { lockout } = await on.store.record('ann');
      const hard = { ...lockout, failures: 100, passwordFailures: 100, lockedUntil: 8.64e15 };
      await on.store.edit('ann', (record) => ({ ...record, lockout: hard }));
      return signedAlone(on, key);
    }),
    forever: true,
  },
];

/** @param answer - what is sent, after the library was brought into the refusing state */
function aloneCase(
  code: MfaErrorCode,
  when: string,
  answer: (on: Stage, key: SoftwareKey) => ReturnType<typeof signedAlone>,
): RefusalCase {
  return {
    call: 'passkeySignIn',
    code,
    when,
    provoke: async (on) => {
      const input = await answer(on, (await enrollPasskey(on, 'ann')).key);
      return () => on.mfa.passkeySignIn(input);
    },
  };
}

/** The refusals of the holder of an enroll token. */
const ENROLL_TOKEN_CASES = callsTaking('enrollToken').flatMap((call): RefusalCase[] => {
  const row = (code: MfaErrorCode, before: (on: Stage, token: string) => Promise<unknown>): RefusalCase => ({
    call,
    code,
    when: 'it holds an enroll token',
    provoke: async (on) => {
      await on.mfa.enforce('ann');
      const enrollToken = await on.token('ann');
      const unused = { userId: 'ann', token: '', secondFactor: { code: '' }, proof: undefined, factorId: '' };
      await before(on, enrollToken);
      return () => MFA_CALLS[call].run(on.mfa, { ...unused, enrollToken, setupCode: '123456' });
    },
  });
  return [
    row('invalid_token', async ({ clock }) => clock.advance({ minutes: 10 })),
    row('token_used', async ({ mfa, clock }, token) => {
      const { uri } = await mfa.setup({ token }, DETAILS);
      await mfa.confirm({ token }, { code: virtualAuthenticator(uri).code(clock()) });
    }),
    row('enforcement_not_pending', ({ mfa }) => mfa.exempt('ann')),
    row('locked', (on) => lock(on, 'ann')),
    row('already_enabled', ({ enroll }) => enroll('ann')),
  ];
});

/** Break-glass is no way past a factor. */
const BREAK_GLASS_CASES: readonly RefusalCase[] = [
  {
    call: 'breakGlass',
    code: 'already_enabled',
    provoke: async (on) => {
      await on.enroll('ann');
      return () => on.mfa.breakGlass('ann', { minutes: 15 }, { reason: 'repairs' });
    },
  },
];

/** Every refusal that can be provoked through the public API of a sound application. */
export const CASES: readonly RefusalCase[] = [
  ...EVIDENCE_CASES,
  ...STATE_CASES,
  ...PASSKEY_CASES,
  ...ENROLL_TOKEN_CASES,
  ...BREAK_GLASS_CASES,
];

/** Refusal cases: how to provoke, through the public API, every refusal of a second factor and of a proof. */
import { createMfa, type Mfa, type MfaErrorCode, type SecondFactor } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  provenBy,
  TEST_PASSWORD,
  type CallInput,
  type EnrolledUser,
  softwareKey,
  type BentResponse,
  type CallName,
  type SoftwareKey,
} from '@mfakit/testkit';
import { lockEverywhere, type Stage } from '../harness.ts';
import { enrollPasskey, signedProof, signedVerify, WRONG_SIGNATURE } from '../passkeys/passkey-harness.ts';
import { unreadable } from '../store/unreadable-record.ts';

/** One refusal of one call. */
export interface RefusalCase {
  readonly call: keyof Mfa;
  /** Present if the lock that refuses does not end by itself. */
  readonly forever?: true;
  readonly code: MfaErrorCode;
  /** Distinguishes several ways in which one call gives one code. */
  readonly when?: string;
  /** Brings the library into the refusing state, and returns the call that it refuses. */
  readonly provoke: (stage: Stage) => Promise<() => Promise<unknown>>;
}

/** A user who has enrolled, and an attempt at the call, with the password if the call takes one. */
interface Prepared {
  readonly ann: EnrolledUser;
  readonly input: CallInput;
  readonly attempt: (factor: SecondFactor, mfa?: Mfa) => Promise<unknown>;
}

async function prepare(on: Stage, call: CallName): Promise<Prepared> {
  const ann = await on.enroll('ann');
  const input: CallInput = {
    userId: 'ann',
    token: await on.token('ann'),
    secondFactor: { code: ann.code() },
    proof: ann.proof(),
    setupCode: '123456',
    factorId: ann.factorId,
  };
  const attempt: Prepared['attempt'] = async (secondFactor, mfa = on.mfa) =>
    MFA_CALLS[call].run(mfa, provenBy(input, secondFactor));
  return { ann, input, attempt };
}

function busyOne({ options }: Stage): Mfa {
  return createMfa({ ...options, hasher: () => Promise.reject(new Error('too much to do')) });
}

function backupCode(ann: EnrolledUser): SecondFactor {
  return { backupCode: ann.backupCodes[0] ?? '' };
}

/** The refusals of a second factor, for every purpose. */
function factorCases(call: CallName): RefusalCase[] {
  const row = (
    code: MfaErrorCode,
    provoke: (on: Stage, prepared: Prepared) => Promise<() => Promise<unknown>>,
    when = '',
  ): RefusalCase => ({ call, code, when, provoke: async (on) => provoke(on, await prepare(on, call)) });
  return [
    row(
      'invalid_code',
      async (_on, { ann, attempt }) =>
        () =>
          attempt({ code: ann.wrongCode() }),
    ),
    row('code_already_used', async (on, { ann, attempt }) => {
      await on.mfa.stepUp('ann', { code: ann.code() });
      return () => attempt({ code: ann.code() });
    }),
    row(
      'invalid_backup_code',
      async (_on, { attempt }) =>
        () =>
          attempt({ backupCode: 'ZZZZ-ZZZZ' }),
    ),
    row(
      'invalid_backup_code',
      async (on, { ann, attempt }) => {
        await on.mfa.stepUp('ann', backupCode(ann));
        return () => attempt(backupCode(ann));
      },
      'it was used',
    ),
    row('locked', async (on, { ann, attempt }) => {
      await lockEverywhere(on, ann);
      return () => attempt({ code: ann.code() });
    }),
    row('two_codes_required', async (on, { ann, attempt }) => {
      await on.store.edit('ann', (record) => ({ ...record, guesses: { level: 30, at: on.clock() } }));
      return () => attempt({ code: ann.code() });
    }),
    row('secret_unreadable', async (on, { ann, attempt }) => {
      await on.store.edit('ann', unreadable);
      return () => attempt({ code: ann.code() });
    }),
    row(
      'secret_unreadable',
      async (on, { ann, attempt }) => {
        await on.store.edit('ann', unreadable);
        return () => attempt(backupCode(ann));
      },
      'of a backup code',
    ),
    row(
      'busy',
      async (on, { ann, attempt }) =>
        () =>
          attempt(backupCode(ann), busyOne(on)),
    ),
  ];
}

/** The refusals of an incomplete proof, and of a wrong password in one. */
function proofCases(call: CallName): RefusalCase[] {
  const row = (code: MfaErrorCode, proof: (ann: EnrolledUser) => unknown, when = ''): RefusalCase => ({
    call,
    code,
    when,
    provoke: async (on) => {
      const { ann, input } = await prepare(on, call);
      return () => MFA_CALLS[call].run(on.mfa, { ...input, proof: proof(ann) as CallInput['proof'] });
    },
  });
  return [
    row('proof_required', (ann) => ({ code: ann.code() }), 'there is no password'),
    row('proof_required', () => ({ password: TEST_PASSWORD }), 'there is no second factor'),
    row('invalid_password', (ann) => ({ password: 'wrong', code: ann.code() })),
  ];
}

/** The refusals of a passkey, for every purpose but a sign-in alone. */
function passkeyCases(call: CallName): RefusalCase[] {
  /** Has a key answer, the user's own unless another one is given, and gives the call that takes the answer. */
  type Answer = (bent?: BentResponse, other?: SoftwareKey) => Promise<() => Promise<unknown>>;
  const row = (
    code: MfaErrorCode,
    provoke: (on: Stage, answer: Answer) => Promise<() => Promise<unknown>>,
    when = 'with a passkey',
  ): RefusalCase => ({
    call,
    code,
    when,
    provoke: async (on) => {
      const { key, factorId } = await enrollPasskey(on, 'ann');
      return provoke(on, async (bent, other = key) => {
        const signed = await (call === 'verify' ? signedVerify : signedProof)(on, 'ann', other, bent);
        const evidence = provenBy({ userId: 'ann', factorId, setupCode: '' } as CallInput, signed);
        return () => MFA_CALLS[call].run(on.mfa, { ...evidence, token: signed.token });
      });
    },
  });
  return [
    row('invalid_assertion', (_on, answer) => answer(WRONG_SIGNATURE)),
    row(
      'invalid_assertion',
      (_on, answer) => answer({ clientData: { origin: 'https://example.net' } }),
      'with a passkey, from another page',
    ),
    row('unknown_credential', async (_on, answer) => answer({}, await softwareKey())),
    row('counter_regressed', (_on, answer) => answer({ signCount: 1 })),
    row('backup_eligibility_changed', (_on, answer) => answer({ backupEligible: true })),
    row('invalid_token', async (on, answer) => {
      const answered = await answer();
      on.clock.advance({ minutes: 5 });
      return answered;
    }),
    row('token_used', async (on, answer) => {
      const answered = await answer();
      const before = await on.store.record('ann');
      await answered();
      // As it was, but for the token: some of the calls take the passkey away.
      const { spentChallenges } = await on.store.record('ann');
      await on.store.edit('ann', () => ({ ...before, spentChallenges }));
      return answered;
    }),
    row('secret_unreadable', async (on, answer) => {
      const answered = await answer();
      await on.store.edit('ann', unreadable);
      return answered;
    }),
  ];
}

/** The refusals of a second factor and of a proof, for every call that takes one. */
export const EVIDENCE_CASES: readonly RefusalCase[] = [
  ...[...callsTaking('proof'), ...callsTaking('secondFactor')].flatMap(passkeyCases),
  ...callsTaking('proof').flatMap((call) => [...factorCases(call), ...proofCases(call)]),
  ...callsTaking('secondFactor').flatMap(factorCases),
];

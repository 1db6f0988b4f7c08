/** Refusal cases: how to provoke, through the public API, every refusal that the calls document. */
import { createMfa, type Mfa, type MfaErrorCode, type MfaRecord, type Proof, type SecondFactor } from '@mfakit/core';
import { harness, PASSWORD, wrongCode, type EnrolledUser, type Harness } from './harness.ts';
import { watchedStore, type WatchedStore } from './watched-store.ts';

/** One refusal of one call. */
export interface RefusalCase {
  readonly call: keyof Mfa;
  readonly code: MfaErrorCode;
  /** Where one call has several ways to one code. */
  readonly when?: string;
  /** Brings the library into the state that refuses, and gives the call that it refuses. */
  readonly provoke: (stage: Stage) => Promise<() => Promise<unknown>>;
}

/** Where a case plays. */
export interface Stage extends Harness {
  readonly store: WatchedStore;
}

/** A fresh library over a fresh store. */
export function stage(): Stage {
  const store = watchedStore();
  return { ...harness({ store }), store };
}

/** Locks the account of a user, the way a login route would. */
export async function lock({ mfa }: Pick<Stage, 'mfa'>, userId: string): Promise<void> {
  for (let failures = 0; failures < 10; failures++) await mfa.passwordFailed(userId);
}

function spoil(sealed: string): string {
  return `${sealed.slice(0, -4)}AAAA`;
}

/** The record with every sealed text replaced by one that no key opens. */
export function unreadable(record: MfaRecord): MfaRecord {
  return {
    ...record,
    factors: record.factors.map((factor) => ({ ...factor, secret: spoil(factor.secret) })),
    backupCodes: record.backupCodes && { ...record.backupCodes, secret: spoil(record.backupCodes.secret) },
    pending: record.pending && {
      ...record.pending,
      factor: { ...record.pending.factor, secret: spoil(record.pending.factor.secret) },
    },
  };
}

function busyOne({ options }: Stage): Mfa {
  return createMfa({ ...options, hasher: () => Promise.reject(new Error('too much to do')) });
}

const DETAILS = { accountName: 'ann@example.com' };

/** The calls that take a proof, for the user `ann`. */
const PROVEN = {
  setup: (mfa, _ann, proof) => mfa.setup({ userId: 'ann' }, { ...DETAILS, proof }),
  disable: (mfa, _ann, proof) => mfa.disable('ann', proof),
  removeFactor: (mfa, ann, proof) => mfa.removeFactor('ann', ann.factorId, proof),
  regenerate: (mfa, _ann, proof) => mfa.regenerate('ann', proof),
} as const satisfies Partial<Record<keyof Mfa, (mfa: Mfa, ann: EnrolledUser, proof: Proof) => Promise<unknown>>>;

/** The calls that take nothing but a second factor, for the user `ann`. */
const UNPROVEN = {
  stepUp: async () => (mfa, factor) => mfa.stepUp('ann', factor),
  verify: async (on) => {
    const held = await on.token('ann');
    return (mfa, factor) => mfa.verify({ token: held, ...factor });
  },
} as const satisfies Partial<
  Record<keyof Mfa, (on: Stage) => Promise<(mfa: Mfa, factor: SecondFactor) => Promise<unknown>>>
>;

type Attempt = (mfa: Mfa, factor: SecondFactor) => Promise<unknown>;

function backupCode(ann: EnrolledUser): SecondFactor {
  return { backupCode: ann.backupCodes[0] ?? '' };
}

/** The refusals of a second factor, whatever it is asked for. */
function factorCases(call: keyof Mfa, prepare: (on: Stage, ann: EnrolledUser) => Promise<Attempt>): RefusalCase[] {
  const row = (
    code: MfaErrorCode,
    provoke: (on: Stage, ann: EnrolledUser, attempt: Attempt) => Promise<() => Promise<unknown>>,
    when = '',
  ): RefusalCase => ({
    call,
    code,
    when,
    provoke: async (on) => {
      const ann = await on.enrol('ann');
      return provoke(on, ann, await prepare(on, ann));
    },
  });
  return [
    row('invalid_code', async (on, ann, attempt) => () => attempt(on.mfa, { code: wrongCode(ann, on.clock) })),
    row('code_already_used', async (on, ann, attempt) => {
      await on.mfa.stepUp('ann', { code: ann.code() });
      return () => attempt(on.mfa, { code: ann.code() });
    }),
    row('invalid_backup_code', async (on, _ann, attempt) => () => attempt(on.mfa, { backupCode: 'ZZZZ-ZZZZ' })),
    row(
      'invalid_backup_code',
      async (on, ann, attempt) => {
        await on.mfa.stepUp('ann', backupCode(ann));
        return () => attempt(on.mfa, backupCode(ann));
      },
      'it was used',
    ),
    row('locked', async (on, ann, attempt) => {
      await lock(on, 'ann');
      return () => attempt(on.mfa, { code: ann.code() });
    }),
    row('secret_unreadable', async (on, ann, attempt) => {
      await on.store.edit('ann', unreadable);
      return () => attempt(on.mfa, { code: ann.code() });
    }),
    row(
      'secret_unreadable',
      async (on, ann, attempt) => {
        await on.store.edit('ann', unreadable);
        return () => attempt(on.mfa, backupCode(ann));
      },
      'of a backup code',
    ),
    row('busy', async (on, ann, attempt) => () => attempt(busyOne(on), backupCode(ann))),
  ];
}

const provenCases = (Object.keys(PROVEN) as (keyof typeof PROVEN)[]).flatMap((call): RefusalCase[] => [
  ...factorCases(call, async (_on, ann) => (mfa, factor) => PROVEN[call](mfa, ann, { ...factor, password: PASSWORD })),
  {
    call,
    code: 'proof_required',
    when: 'there is no password',
    provoke: async (on) => {
      const ann = await on.enrol('ann');
      return () => PROVEN[call](on.mfa, ann, { code: ann.code() });
    },
  },
  {
    call,
    code: 'proof_required',
    when: 'there is no second factor',
    provoke: async (on) => {
      const ann = await on.enrol('ann');
      return () => PROVEN[call](on.mfa, ann, { password: PASSWORD } as never);
    },
  },
  {
    call,
    code: 'invalid_password',
    provoke: async (on) => {
      const ann = await on.enrol('ann');
      return () => PROVEN[call](on.mfa, ann, { password: 'wrong', code: ann.code() });
    },
  },
]);

const unprovenCases = (Object.keys(UNPROVEN) as (keyof typeof UNPROVEN)[]).flatMap((call) =>
  factorCases(call, UNPROVEN[call]),
);

/** The refusals of a second factor and of a proof, for every call that takes one. */
export const EVIDENCE_CASES: readonly RefusalCase[] = [...provenCases, ...unprovenCases];

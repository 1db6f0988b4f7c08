/** verifyParts: where the microseconds of one verify go, each part in a loop of its own. */
import type { MfaRecord } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { randomBytes } from 'node:crypto';
import { at, KEY, startApplication, tokenOf } from '../application.ts';
import {
  createSealer,
  deriveKeyring,
  matchTotp,
  openChallenge,
  parseRecord,
  settle,
  totpSecretContext,
  verifyAttempt,
} from '../internals.ts';
import { interleave, type Candidate } from '../interleave.ts';
import { median } from '../statistics.ts';

/** One part and its time. */
export interface Part {
  readonly name: string;
  readonly us: number;
}

const USER = 'user-0';
const POLICY = {
  lockout: { maxFailures: 10, durationSeconds: 1800, maxDurationSeconds: 86_400, hardLimit: 100 },
  windowSteps: 1,
  maxFactors: 5,
};

/** Measures the parts of a verify of a user with one factor and ten backup codes. */
export async function verifyParts(
  smoke: boolean,
): Promise<{ readonly parts: readonly Part[]; readonly partsUs: number }> {
  const store = memoryStore();
  const { mfa, clock, enrol } = startApplication(store);
  const { phone } = await enrol(USER);
  clock.advance({ seconds: 30 });
  const token = await tokenOf(mfa, USER);
  const now = clock();
  const code = phone.code(now);

  const keyring = deriveKeyring([KEY]);
  const tokens = createSealer(keyring, 'tokens', randomBytes);
  const secrets = createSealer(keyring, 'secrets', randomBytes);
  const challenge = openChallenge('verify', token, tokens);
  const stored = await store.read(USER);
  const [factor] = stored?.record.factors ?? [];
  if (challenge === null || !stored || !factor) throw new Error('the user is not enrolled');
  const sealContext = totpSecretContext(USER, factor.id);
  const secret = secrets.open(factor.secret, sealContext);
  if (secret === null) throw new Error('the secret does not open');

  const opened = { ...secrets, open: () => secret };
  const decide = (): { readonly record: MfaRecord | null } => {
    const attempt = verifyAttempt(challenge);
    const evidence = { method: 'totp', code } as const;
    const decision = settle(
      attempt,
      evidence,
      null,
    )(stored.record, { userId: USER, now, policy: POLICY, secrets: opened });
    if (!decision.accepted || decision.change === null) throw new Error('the code was refused');
    return decision.change;
  };
  const { record } = decide();
  if (record === null) throw new Error('the record was erased');

  let { revision } = stored;
  let seq = stored.record.lastEventSeq;
  const match = (): unknown => matchTotp(secret, code, factor, now, 1);
  const candidates: readonly Candidate[] = [
    { name: 'token: open the challenge token', run: () => openChallenge('verify', token, tokens) },
    { name: 'read: the record from the store', run: () => store.read(USER) },
    { name: 'parse: check the record', run: () => parseRecord(stored.record) },
    { name: 'open: the sealed secret', run: () => secrets.open(factor.secret, sealContext) },
    { name: 'match: three HMAC', run: match },
    { name: 'decide: the transition', run: decide },
    {
      name: 'swap: record and event into the store',
      run: () => {
        const expected = revision;
        revision = `r${(seq += 1)}`;
        const event = { userId: USER, seq, at: now, type: 'reset' } as const;
        return store.commit({ userId: USER, expected, next: { revision, record }, events: [event] });
      },
    },
    {
      name: 'seal: nothing, unless the keys were rotated (then one seal)',
      run: () => secrets.seal(secret, sealContext),
    },
  ];
  const plan = smoke ? { rounds: 1, samples: 3, runsPerSample: 2 } : { rounds: 15, samples: 50, runsPerSample: 20 };
  const measured = await interleave(candidates, plan);
  // The transition runs the match too, which the same round has measured; opening was taken out of it.
  const { roundsUs: matchUs } = at(measured, 4);
  const parts = measured.map(({ name, us, roundsUs }): Part => {
    if (!name.startsWith('decide')) return { name, us };
    return { name, us: Math.max(0, median(roundsUs.map((withMatch, round) => withMatch - at(matchUs, round)))) };
  });
  const partsUs = parts.reduce((sum, { name, us }) => (name.startsWith('seal') ? sum : sum + us), 0);
  return { parts, partsUs };
}

/** Assertions: an answer of a passkey, checked against the key that the record holds. */
import { equalBytes } from '@noble/ciphers/utils.js';
import type { TransitionContext } from '../../decision.ts';
import { invalidInput, type MfaErrorCode } from '../../errors.ts';
import type { RefusalReason } from '../../events.ts';
import { asObject } from '../../input.ts';
import type { MfaRecord } from '../../record/record.ts';
import type { Examine, Verdict, Weigh } from '../factor-kind.ts';
import { refusal } from './refusal.ts';
import { credentialIdText, isPasskey, userHandleText, WEBAUTHN, type Passkey } from './stored.ts';
import type { MadeAssertion, WebauthnVerifier } from './verifier.ts';

/** A response of the browser, and what it says of whose it is. */
export interface Assertion {
  readonly response: unknown;
  readonly credentialId: string;
  /** Base64url; `null` if the authenticator left it out. */
  readonly userHandle: string | null;
}

/** @throws {MfaError} `invalid_input` */
export function parseAssertion(given: unknown): Assertion {
  const { id, response } = asObject('credential', given);
  const userHandle = asObject('credential.response', response)['userHandle'] ?? null;
  if (!credentialIdText.safeParse(id).success)
    throw invalidInput('credential.id', 'must be base64url of 1 to 1023 bytes');
  if (userHandle !== null && !userHandleText.safeParse(userHandle).success) {
    throw invalidInput('credential.response.userHandle', 'must be base64url of 1 to 64 bytes');
  }
  return { response: given, credentialId: id as string, userHandle: userHandle as string | null };
}

/** How an assertion is used. */
export interface Use {
  readonly challenge: string;
  /** Whether it is a sign-in alone: it must then verify its user, and have done so before. */
  readonly alone: boolean;
}

/** Checks the signature outside the swap; the swap compares the key with the one that was checked. */
export function examineAssertion(verifier: WebauthnVerifier, assertion: Assertion, use: Use): Examine {
  return async (record, { userId, secrets }) => {
    const examined = record.factors.filter(isPasskey).find((factor) => factor.credentialId === assertion.credentialId);
    if (examined === undefined || !isOwn(assertion, examined)) return refusing('unknown_credential');
    const publicKey = secrets.open(userId, examined);
    if (publicKey === null) return () => ({ outcome: 'unreadable', unreadable: [examined.id] });
    const requireUserVerification = verifier.userVerification === 'required';
    let made: MadeAssertion;
    try {
      const expected = { challenge: use.challenge, requireUserVerification };
      made = await verifier.verifyAssertion(assertion.response, expected, { publicKey });
    } catch (cause) {
      return refusing('invalid_assertion', cause);
    }
    return (current, context) => weigh(made, { examined, publicKey }, use, current, context);
  };
}

function isOwn({ userHandle }: Assertion, passkey: Passkey): boolean {
  return userHandle === null || userHandle === passkey.userHandle;
}

/** The key that a signature was checked with. */
interface Examined {
  readonly examined: Passkey;
  readonly publicKey: Uint8Array;
}

function weigh(
  made: MadeAssertion,
  { examined, publicKey }: Examined,
  { alone }: Use,
  record: MfaRecord,
  { userId, now, secrets }: TransitionContext,
): Verdict {
  const passkey = record.factors.filter(isPasskey).find(({ id }) => id === examined.id);
  if (passkey?.credentialId !== examined.credentialId) return refusal('unknown_credential');
  // Sealed anew since: it is the same key, or another one was put in its place.
  const key = passkey.secret === examined.secret ? publicKey : secrets.open(userId, passkey);
  if (key === null) return { outcome: 'unreadable', unreadable: [passkey.id] };
  if (!equalBytes(key, publicKey)) return refusal('unknown_credential');

  const wrong = objection(made, passkey);
  // A token for this costs nothing, so a wrong signature must not write anything.
  if (alone && wrong === 'invalid_assertion') return refusal(wrong);
  if (wrong !== null) return { outcome: 'uncounted', reason: wrong, id: passkey.id };
  // Otherwise whoever finds a security key without a PIN sets one, and signs in.
  if (alone && !(made.userVerified && passkey.userVerified)) return refusal('password_required');

  const used: Passkey = {
    ...passkey,
    signCount: passkey.backupEligible ? 0 : made.signCount,
    userVerified: passkey.userVerified || made.userVerified,
    backedUp: made.backedUp,
    lastUsedAt: now,
  };
  return {
    outcome: 'right',
    record: { ...record, factors: record.factors.map((other) => (other === passkey ? used : other)) },
    used: { method: WEBAUTHN, factorId: passkey.id, userVerified: made.userVerified },
  };
}

/** What stands against an assertion (WebAuthn Level 3 §7.2, steps 19 to 22). */
function objection(made: MadeAssertion, passkey: Passkey): RefusalReason | null {
  if (!made.valid) return 'invalid_assertion';
  if (made.backupEligible !== passkey.backupEligible) return 'backup_eligibility_changed';
  const counts = !passkey.backupEligible && (made.signCount > 0 || passkey.signCount > 0);
  return counts && made.signCount <= passkey.signCount ? 'counter_regressed' : null;
}

function refusing(code: MfaErrorCode, cause?: unknown): Weigh {
  return () => refusal(code, cause);
}

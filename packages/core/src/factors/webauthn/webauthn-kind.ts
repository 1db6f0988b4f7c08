/** WebAuthn as a factor kind: passkeys and security keys (W3C Web Authentication Level 3). */
import { base64urlnopad } from '@scure/base';
import { nameInApp } from '../../account-name.ts';
import { invalidInput, MfaError } from '../../errors.ts';
import type { MfaRecord } from '../../record/record.ts';
import type { AloneSignIn, FactorKindFactory } from '../factor-kind.ts';
import { examineAssertion, parseAssertion } from './assertion.ts';
import { presentRegistration } from './registration.ts';
import { isPasskey, passkeyFields, stagedPasskeyFields, WEBAUTHN, type Passkey } from './stored.ts';
import { userHandles, type UserHandleOptions, type UserHandles } from './user-handle.ts';
import { demandVerifier, type CredentialHint, type WebauthnVerifier } from './verifier.ts';

const CHALLENGE_BYTES = 32;

/**
 * Passkeys and security keys, for `factors` of `createMfa`. An application that does not import this carries none of it.
 * @throws {TypeError | RangeError} at once if an option is wrong, naming it
 * @example
 * ```ts
 * factors: [webauthnFactor(webauthn({ rpId: 'example.org', rpName: 'Acme', origins: ['https://example.org'] }))]
 * ```
 */
export function webauthnFactor(verifier: WebauthnVerifier, options: UserHandleOptions = {}): FactorKindFactory {
  demandVerifier(verifier);
  const handles = userHandles(options);
  const alone = signInAlone(verifier, handles);
  return ({ random }) => ({
    method: WEBAUTHN,
    field: 'credential',
    phishingResistant: true,
    mayTrustDevice: true,
    // Not `swk`: that a key may be synced does not say where it is held.
    amr: (factor) => [factor !== undefined && isPasskey(factor) && factor.hardware ? 'hwk' : 'pop', 'user'],
    defaultLabel: 'Passkey',
    stagedFields: stagedPasskeyFields,
    activeFields: passkeyFields,
    boundFields: ['userHandle', 'credentialId', 'backupEligible', 'hardware'],
    isHeld: ({ factors }) => factors.some(isPasskey),
    ...(alone !== null && { alone }),

    show(factor) {
      const { credentialId, userHandle, backupEligible, backedUp, transports, aaguid } = factor as Passkey;
      return { credentialId, userHandle, backupEligible, backedUp, transports, aaguid, rpId: verifier.rpId };
    },

    draw({ userId, accountName, record, timeoutMs }) {
      const challenge = random(CHALLENGE_BYTES);
      // Another handle would make an authenticator show two accounts, and forget neither.
      const userHandle = record.factors.find(isPasskey)?.userHandle ?? handles.handleOf(userId, random);
      const creationOptions = verifier.creationOptions({
        challenge: base64urlnopad.encode(challenge),
        userHandle,
        userName: nameInApp(accountName, null),
        exclude: hints(record),
        timeoutMs,
      });
      return { secret: challenge, fields: { userHandle }, shown: { creationOptions } };
    },

    presentFirst: (given) => presentRegistration(verifier, given),

    ask: (record, prompt) => verifier.requestOptions({ ...prompt, allow: hints(record) }),

    present(given, _next, challenge) {
      if (challenge === undefined) throw invalidInput('token', 'must be given beside credential');
      return { examine: examineAssertion(verifier, parseAssertion(given), { challenge, alone: false }) };
    },
  });
}

/** @returns `null` if no user can be found by a handle */
function signInAlone(verifier: WebauthnVerifier, { userOf }: UserHandles): AloneSignIn | null {
  if (userOf === undefined) return null;
  return {
    ask: (prompt) => verifier.requestOptions({ ...prompt, allow: [], userVerification: 'required' }),
    present(given, challenge) {
      const assertion = parseAssertion(given);
      const { userHandle } = assertion;
      return {
        async userId() {
          // An authenticator that names nobody, as U2F keys do, is good for the second step alone.
          if (userHandle === null) throw new MfaError('password_required');
          return userOf(userHandle);
        },
        examine: examineAssertion(verifier, assertion, { challenge, alone: true }),
      };
    },
  };
}

function hints({ factors }: MfaRecord): readonly CredentialHint[] {
  return factors.filter(isPasskey).map(({ credentialId, transports }) => ({ id: credentialId, transports }));
}

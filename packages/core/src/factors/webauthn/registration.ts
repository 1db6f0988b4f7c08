/** Registrations: the first answer of a new passkey, which brings its key. */
import { base64urlnopad } from '@scure/base';
import * as z from 'zod/mini';
import { asObject } from '../../input.ts';
import type { PresentedFirst } from '../factor-kind.ts';
import type { StagedFactor } from '../stored.ts';
import { refusal } from './refusal.ts';
import { isPasskey, passkeyFields, WEBAUTHN, type Passkey, type StagedPasskey } from './stored.ts';
import type { MadeCredential, WebauthnVerifier } from './verifier.ts';

/** Bounds the record. RSA with 4,096 bits takes about 530. */
const KEY_BYTES = 1024;

/**
 * Checks the response outside the swap, against the challenge of the setup that waits.
 * @throws {MfaError} `invalid_input`
 */
export function presentRegistration(verifier: WebauthnVerifier, given: unknown): PresentedFirst {
  asObject('credential', given);
  return {
    async examine(staged, { userId, secrets }) {
      const challenge = secrets.open(userId, staged);
      if (challenge === null) return () => ({ outcome: 'unreadable', unreadable: [staged.id] });
      let made: MadeCredential;
      try {
        made = await verifier.verifyRegistration(given, { challenge: base64urlnopad.encode(challenge) });
        demandStorable(made);
      } catch (cause) {
        return () => refusal('invalid_registration', cause);
      }
      return (pending, record, { userId: owner, now, secrets: sealer }) => {
        const taken = record.factors.filter(isPasskey).some(({ credentialId }) => credentialId === made.credentialId);
        if (taken) return refusal('already_registered');
        const open = activated(pending, made, now);
        const passkey = { ...open, secret: sealer.seal(owner, open, made.publicKey) };
        return {
          outcome: 'right',
          record: { ...record, factors: [...record.factors, passkey] },
          used: { method: WEBAUTHN, factorId: pending.id, userVerified: made.userVerified },
        };
      };
    },
  };
}

const storable = z.object({
  ...passkeyFields,
  publicKey: z.instanceof(Uint8Array).check(z.refine(({ length }) => length <= KEY_BYTES)),
});

/** Core does not know who has written the verifier, and a record that cannot be read back would lock its user out. */
function demandStorable(made: MadeCredential): void {
  const { error } = storable.safeParse(made);
  if (error === undefined) return;
  const [field] = error.issues[0]?.path ?? [];
  throw new TypeError(`webauthnFactor: verifier: made a credential whose ${String(field)} no record can hold`);
}

function activated(staged: StagedFactor, made: MadeCredential, now: number): Omit<Passkey, 'secret'> {
  const { secret: _challenge, ...owner } = staged as StagedPasskey;
  const { credentialId, userVerified, backupEligible, backedUp, transports, aaguid, hardware } = made;
  const signCount = backupEligible ? 0 : made.signCount;
  return {
    ...owner,
    credentialId,
    signCount,
    userVerified,
    backupEligible,
    backedUp,
    transports,
    aaguid,
    hardware,
    lastUsedAt: now,
  };
}

/** Signals: tells the user's password manager which passkeys are of no use here any more (WebAuthn Level 3 §5.1.10). */
import type { WireFactorStatus } from '../routes/status.ts';
import { browser } from './browser.ts';

/** A passkey as `status` tells it. */
export interface WirePasskeyStatus extends WireFactorStatus {
  readonly kind: 'webauthn';
  /** Base64url. */
  readonly credential_id: string;
  /** Base64url. The same for all passkeys of a user. */
  readonly user_handle: string;
  /** The domain that the passkey belongs to. */
  readonly rp_id: string;
  /** How a browser may reach it, such as `internal` or `usb`. */
  readonly transports: readonly string[];
  /** Whether it can be synced to other devices. */
  readonly backup_eligible: boolean;
  /** Whether it is. */
  readonly backed_up: boolean;
  /** The model of what holds it, by its own account; zeros if it does not tell. */
  readonly aaguid: string;
}

/** Whether a factor of `status` is a passkey. */
export function isPasskey(factor: WireFactorStatus): factor is WirePasskeyStatus {
  return factor.kind === 'webauthn';
}

/**
 * Tells which passkeys of the signed-in user still work. Call it after one was added or removed. Password managers then
 * hide the others. Does nothing in a browser that cannot pass it on.
 * @param factors - of `status`, after the change
 * @param removed - the factor that was removed: it says whose passkeys these are if none is left
 */
export async function signalAcceptedPasskeys(
  factors: readonly WireFactorStatus[],
  removed?: WireFactorStatus,
): Promise<void> {
  const passkeys = factors.filter(isPasskey);
  const [known] = removed !== undefined && isPasskey(removed) ? [...passkeys, removed] : passkeys;
  if (known === undefined) return;
  const told = {
    rpId: known.rp_id,
    userId: known.user_handle,
    allAcceptedCredentialIds: passkeys.map((passkey) => passkey.credential_id),
  };
  await quietly(() => browser().PublicKeyCredential?.signalAllAcceptedCredentials?.(told));
}

/** Tells that the server does not know a passkey, after the refusal `unknown_credential`. */
export async function signalUnknownPasskey(options: object, credential: { readonly id: string }): Promise<void> {
  const rpId: unknown = Reflect.get(options, 'rpId');
  if (typeof rpId !== 'string') return;
  await quietly(() => browser().PublicKeyCredential?.signalUnknownCredential?.({ rpId, credentialId: credential.id }));
}

/** A signal is a courtesy: what becomes of it must not fail the page. */
async function quietly(signal: () => Promise<void> | undefined): Promise<void> {
  try {
    await signal();
  } catch {
    // Such as a password manager that does not answer.
  }
}

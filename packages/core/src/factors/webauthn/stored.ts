/** Stored: a passkey or security key in the record. */
import * as z from 'zod/mini';
import type { $ZodShape } from 'zod/v4/core';
import { whole } from '../../record/fields.ts';
import type { ActiveFactor, StagedFactor } from '../stored.ts';

/** `kind` in the record, `method` in events and results. */
export const WEBAUTHN = 'webauthn';

/** A passkey that is being made. Its sealed secret is the challenge. */
export interface StagedPasskey extends StagedFactor {
  readonly kind: typeof WEBAUTHN;
  /** Base64url. Names the user to the authenticator; the same for every passkey of a user. */
  readonly userHandle: string;
}

/** An active passkey. Its sealed secret is the public key: not secret, but nobody else may put another in its place. */
export interface Passkey extends StagedPasskey, ActiveFactor {
  readonly kind: typeof WEBAUTHN;
  /** Base64url. */
  readonly credentialId: string;
  /** Of the last assertion; 0 for ever if the passkey can be synced. */
  readonly signCount: number;
  /** Whether it has verified its user when it was made, or beside another factor (WebAuthn Level 3 §4, uvInitialized). */
  readonly userVerified: boolean;
  /** Whether it can be synced. Never changes. */
  readonly backupEligible: boolean;
  /** Whether it is synced. */
  readonly backedUp: boolean;
  /** How the browser may reach it, such as `internal` or `usb`; at most 8. */
  readonly transports: readonly string[];
  /** The model, by its own account unless it is attested: a UUID. */
  readonly aaguid: string;
  /** Whether an attestation that the application trusts says that the key is held in hardware. */
  readonly hardware: boolean;
}

/** Base64url of at most 1,023 bytes, the longest id that WebAuthn Level 3 §7.1 takes. */
export const credentialIdText: z.ZodMiniString = z.string().check(z.regex(/^[\w-]{1,1364}$/));

/** Base64url of at most 64 bytes (WebAuthn Level 3 §5.4.3). */
export const userHandleText: z.ZodMiniString = z.string().check(z.regex(/^[\w-]{1,86}$/));

/** Checks the field that {@link StagedPasskey} adds to a staged factor. */
export const stagedPasskeyFields: $ZodShape = { userHandle: userHandleText };

/** Checks the fields that {@link Passkey} adds to it. */
export const passkeyFields: $ZodShape = {
  credentialId: credentialIdText,
  signCount: whole(0, 0xffff_ffff),
  userVerified: z.boolean(),
  backupEligible: z.boolean(),
  backedUp: z.boolean(),
  transports: z.array(z.string().check(z.maxLength(16))).check(z.maxLength(8)),
  aaguid: z.string().check(z.length(36)),
  hardware: z.boolean(),
};

/** Whether a factor is a passkey. */
export function isPasskey(factor: ActiveFactor): factor is Passkey {
  return factor.kind === WEBAUTHN;
}

/** Credential: what the browser made of a passkey, as it travels (WebAuthn Level 3 §5.1.1). */
import type { WebauthnVerifier } from '@mfakit/core/webauthn';
import * as z from 'zod';

/** A `RegistrationResponseJSON`, as far as it is read. */
export interface WireRegistration {
  /** The id of the credential, in base64url. */
  readonly id: string;
  /** The same id. */
  readonly rawId: string;
  readonly type: string;
  /** What the authenticator has made. */
  readonly response: {
    /** What the browser says of the ceremony, in base64url. */
    readonly clientDataJSON: string;
    /** The credential and its public key, in base64url. */
    readonly attestationObject: string;
    /** How a browser may reach it, such as `internal` or `usb`. */
    readonly transports?: readonly string[] | undefined;
  };
}

/** An `AuthenticationResponseJSON`, as far as it is read. */
export interface WireAssertion {
  /** The id of the credential, in base64url. */
  readonly id: string;
  /** The same id. */
  readonly rawId: string;
  readonly type: string;
  /** What the authenticator has signed. */
  readonly response: {
    /** What the browser says of the ceremony, in base64url. */
    readonly clientDataJSON: string;
    /** Domain, flags and counter, in base64url. */
    readonly authenticatorData: string;
    /** In base64url. */
    readonly signature: string;
    /** What the passkey knows its user by, in base64url. */
    readonly userHandle?: string | null | undefined;
  };
}

/** Options of `navigator.credentials.create` or `get`, exactly as WebAuthn spells them in JSON. */
export type OptionsJson = ReturnType<WebauthnVerifier['creationOptions' | 'requestOptions']>;

/** Its schema. */
export const optionsJson: z.ZodType<OptionsJson> = z.record(z.string(), z.unknown());

/** Text in base64url. The longest is several times what authenticators send. */
function bytes(maxLength: number): z.ZodString {
  const rule = `Must be 1 to ${maxLength} characters of base64url`;
  return z
    .string()
    .min(1, rule)
    .max(maxLength, rule)
    .regex(/^[\w-]*$/, rule);
}

/** Of 1,023 bytes, the longest that WebAuthn Level 3 §7.1 takes. */
const id = bytes(1364);

const shared = {
  id,
  rawId: id,
  type: z.literal('public-key', 'Must be public-key'),
};

/** Not strict: browsers and their extensions add fields, which are not read. */
export const registration: z.ZodType<WireRegistration> = z
  .object({
    ...shared,
    response: z.object({
      clientDataJSON: bytes(4096),
      attestationObject: bytes(12_288),
      transports: z.array(z.string().max(32)).max(16).readonly().optional(),
    }),
  })
  .meta({ description: 'What `navigator.credentials.create` gave, as JSON; other fields are not read.' });

/** Some clients write an empty text or null if the authenticator gave no handle. */
const userHandle = z.preprocess((given) => (given === '' ? null : given), bytes(86).nullish());

/** Not strict, as above. */
export const assertion: z.ZodType<WireAssertion> = z
  .object({
    ...shared,
    response: z.object({
      clientDataJSON: bytes(4096),
      authenticatorData: bytes(4096),
      signature: bytes(8192),
      userHandle: userHandle.optional(),
    }),
  })
  .meta({ description: 'What `navigator.credentials.get` gave, as JSON; other fields are not read.' });

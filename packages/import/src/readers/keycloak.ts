/** Reads the credentials of a user in a realm export of Keycloak. */
import * as z from 'zod';
import { RowError } from '../row-error.ts';
import { fromBase64, fromJson } from './decode.ts';
import { readSecret, type ReadSecret } from './secret.ts';

const otpSecret = z.object({ value: z.string().min(1) });
const otpParameters = z.object({
  subType: z.enum(['totp', 'hotp']),
  digits: z.int(),
  period: z.int().optional(),
  algorithm: z.string(),
  secretEncoding: z.string().nullish(),
});
const recoveryCodes = z.object({ codes: z.array(z.object({ encodedHashedValue: z.string() })) });
const recoveryParameters = z.object({ algorithm: z.literal('RS512'), hashIterations: z.literal(1).nullish() });

/** The two JSON texts of a credential. */
export interface KeycloakCredential {
  readonly secretData: string;
  readonly credentialData: string;
}

/**
 * Secret and parameters of a credential of type `otp`.
 * @throws {RowError} `malformed`, `hotp`
 */
export function readKeycloak(credential: KeycloakCredential): ReadSecret {
  const { value } = read(otpSecret, credential.secretData);
  const { subType, digits, period, algorithm, secretEncoding } = read(otpParameters, credential.credentialData);
  if (subType === 'hotp') throw new RowError('hotp');
  // Without an encoding the key is the text itself, not what it would stand for.
  const secret = secretEncoding === 'BASE32' ? readSecret(value, 'base32').secret : new TextEncoder().encode(value);
  return {
    secret,
    algorithm: algorithm.replace(/^Hmac/, ''),
    digits,
    ...(period !== undefined && { periodSeconds: period }),
  };
}

/**
 * SHA-512 digests of the unspent codes of a credential of type `recovery-authn-codes`.
 * @throws {RowError} `malformed`
 */
export function readKeycloakCodes(credential: KeycloakCredential): readonly Uint8Array[] {
  read(recoveryParameters, credential.credentialData);
  const digests = read(recoveryCodes, credential.secretData).codes.map((code) => fromBase64(code.encodedHashedValue));
  if (digests.some((digest) => digest.length !== 64)) throw new RowError('malformed');
  return digests;
}

function read<T>(schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(fromJson(text));
  if (!parsed.success) throw new RowError('malformed');
  return parsed.data;
}

/** setup: stages a factor, the first one or a further one. */
import {
  LIMITS,
  shownAccountName,
  type MfaErrorCode,
  type PasswordProof,
  type Proof,
  type SetupDetails,
  type SetupSubject,
} from '@mfakit/core';
import * as z from 'zod';
import { backupCodes, blankable, instant, password } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { Admitted, SessionRoute } from '../route.ts';
import type { WireAssertion } from '../passkeys/credential.ts';
import { CODES, PROOF_REFUSALS, toFactor, withAnswers, type Answers, type WireFactor } from '../second-factor.ts';

/**
 * Input of a setup. A whole proof is needed if a factor is active already; the password alone if the first one is set up
 * from a session that was signed in a while ago. A password that nobody asks for is checked as well.
 */
export interface SetupBody {
  /** The user's own name for the factor; 1 to 64 characters. */
  readonly label?: string | undefined;
  /** Of a user who has one; 1 to 1,024 characters. */
  readonly password?: string | undefined;
  /** A code of an app that is active already. */
  readonly code?: string | undefined;
  /** The code that the app shows after it; only after a refusal with `two_codes_required`. */
  readonly next_code?: string | undefined;
  /** A backup code, as typed or pasted. */
  readonly backup_code?: string | undefined;
  /** With the routes for passkeys. */
  readonly credential?: WireAssertion | undefined;
  /** Beside `credential`: the token that it signs. */
  readonly mfa_token?: string | undefined;
}

/** A staged factor. Secret and backup codes are shown this once. Instants are ISO 8601 in UTC. */
export interface SetupReply {
  /** Upper-case base32, for typing in. */
  readonly secret: string;
  /** A `data:image/png;base64,` URL. */
  readonly qr_code_base64: string;
  /** For a QR code. */
  readonly otpauth_uri: string;
  /** Empty if a factor is active already: its codes stay. */
  readonly backup_codes: readonly string[];
  /** Send it with the first code, so that this setup is meant. */
  readonly factor_id: string;
  /** The first code must arrive before this instant (ISO 8601). */
  readonly expires_at: string;
}

/** What a staged factor looks like, whoever stages it. */
export const setupReply: z.ZodType<SetupReply> = z.strictObject({
  secret: z.string().meta({ description: 'Upper-case base32, for typing in.' }),
  qr_code_base64: z
    .string()
    .startsWith('data:image/png;base64,')
    .meta({ description: 'An image of `otpauth_uri`, for the `src` of an `img`.' }),
  otpauth_uri: z.string().startsWith('otpauth://totp/'),
  backup_codes: backupCodes.meta({ description: 'Empty if a factor is active already: its codes stay.' }),
  factor_id: z.string(),
  expires_at: instant.meta({ description: 'The first code must arrive before this instant.' }),
});

/** A name for a new factor. */
export const label: z.ZodString = z
  .string()
  .max(LIMITS.labelCharacters, `Must be a string of 1 to ${LIMITS.labelCharacters} characters`)
  .meta({ description: 'The user’s own name for the factor.' });

/** The body of a setup: a proof is optional, so a first setup may have an empty one. */
export function setupWith(answers: Answers): z.ZodType<SetupBody> {
  const shape = { label: blankable(label), password: password.optional() };
  return withAnswers(shape, answers, false) as z.ZodType<SetupBody>;
}

/** How a setup in a session can be refused. */
export const SETUP_REFUSALS: readonly MfaErrorCode[] = [
  'already_enabled',
  'too_many_factors',
  'sign_in_required',
  ...PROOF_REFUSALS,
];

/** The route. */
export const setup: SessionRoute<SetupBody, SetupReply> = {
  ...PATHS.setup,
  summary: 'Stage a factor: the first one or, with a proof, a further one',
  who: 'session',
  inputFrom: 'body',
  input: setupWith(CODES),
  reply: setupReply,
  refusals: SETUP_REFUSALS,
  async call(admitted) {
    return { reply: await stage(admitted, { userId: admitted.userId }, toDetails(admitted)) };
  },
};

const NO_ACCOUNT_NAME = 'The host gave no accountName that can be shown: it must be a string with printable characters';

/** The account's name. The core shows something else if it cannot be shown, and the user is not kept from signing in. */
export function toldName({ accountName, report }: Admitted<unknown>): string {
  if (shownAccountName(accountName) === null) report(new TypeError(NO_ACCOUNT_NAME));
  return accountName;
}

/** Stages an authenticator app and draws its QR code. */
export async function stage(
  admitted: Admitted<unknown>,
  subject: SetupSubject,
  details: Partial<SetupDetails> = {},
): Promise<SetupReply> {
  const staged = await admitted.mfa.setup(subject, { ...details, accountName: toldName(admitted) }, admitted.request);
  const { secret, uri, backupCodes: codes, factorId, expiresAt } = staged;
  return {
    secret,
    qr_code_base64: await qrCode(uri),
    otpauth_uri: uri,
    backup_codes: codes,
    factor_id: factorId,
    expires_at: expiresAt.toISOString(),
  };
}

/** Loaded at the first setup: most processes never draw a code. */
async function qrCode(uri: string): Promise<string> {
  const { qrPngDataUrl } = await import('@mfakit/core/qr');
  return qrPngDataUrl(uri);
}

/** What a signed-in user has sent for a setup, as the core takes it. */
export function toDetails({ input, signedInAt }: Admitted<SetupBody>): Partial<SetupDetails> {
  const { label: name, password: given, ...answer } = input;
  const isAnswered = Object.values(answer).some((value) => value !== undefined);
  const proof = { ...(isAnswered && toFactor(answer as WireFactor)), ...(given !== undefined && { password: given }) };
  return {
    ...(signedInAt !== undefined && { signedInAt }),
    ...named(name),
    // A password without a factor proves a first enrollment; the core says what else it needs.
    ...(Object.keys(proof).length > 0 && { proof: proof as Proof | PasswordProof }),
  };
}

/** The name that was given, as the core takes it. */
export function named(name: string | undefined): { readonly label?: string } {
  return name === undefined ? {} : { label: name };
}

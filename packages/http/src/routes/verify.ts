/** verify: completes a sign-in with a code or a backup code. */
import { LIMITS, type Verified } from '@mfakit/core';
import * as z from 'zod';
import { blankable, mfaToken } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { TokenBody, TokenRoute } from '../route.ts';
import { CODES, FACTOR_REFUSALS, toFactor, withFactor, type Answers, type WireFactor } from '../second-factor.ts';

/** The second step is done; the host's session came with the reply. */
export interface AuthenticatedReply {
  readonly authenticated: true;
  /** `totp`, `backup_code`, or a kind that the application added. */
  readonly method: string;
  /** Offer new ones when this is low. */
  readonly backup_codes_remaining: number;
}

/** Asked of a sign-in: that this browser needs no second factor for some days. Its cookie comes with the reply. */
export interface WireTrustDevice {
  /** What the user is shown in the list; 1 to 64 characters. Default: `Browser`. */
  readonly label?: string | undefined;
}

const trustBody: z.ZodType<WireTrustDevice | undefined> = z
  .strictObject({
    label: blankable(
      z
        .string()
        .max(LIMITS.labelCharacters, `Must be a string of 1 to ${LIMITS.labelCharacters} characters`)
        .meta({ description: 'What the list of trusted browsers shows.' }),
    ),
  })
  .optional()
  .meta({
    description: 'Present only if the user has ticked the box: this browser needs no second factor for a while.',
  });

/** The reply of every route that completes a sign-in. */
export const authenticatedReply: z.ZodType<AuthenticatedReply> = z.strictObject({
  authenticated: z.literal(true),
  method: z.string().meta({ description: 'What was accepted: `totp`, `backup_code`, or a kind that was added.' }),
  backup_codes_remaining: z.int().min(0).meta({ description: 'Offer the user new ones when this is low.' }),
});

/** That reply. */
export function toAuthenticated({ method, backupCodesRemaining }: Verified): AuthenticatedReply {
  return { authenticated: true, method, backup_codes_remaining: backupCodesRemaining };
}

/** Input of a second step. */
export type VerifyBody = TokenBody & WireFactor & { readonly trust_device?: WireTrustDevice | undefined };

/** Its schema. */
export function verifyWith(answers: Answers): z.ZodType<VerifyBody> {
  return withFactor({ mfa_token: mfaToken, trust_device: trustBody }, answers);
}

/** The route. */
export const verify: TokenRoute<VerifyBody, AuthenticatedReply> = {
  ...PATHS.verify,
  summary: 'Complete a sign-in with a code or a backup code',
  who: 'token',
  inputFrom: 'body',
  input: verifyWith(CODES),
  reply: authenticatedReply,
  refusals: ['not_enabled', 'contention', ...FACTOR_REFUSALS],
  async call({ mfa, holder, deviceCookie, input, request }) {
    const { trust_device: trust, ...answer } = input;
    const trustDevice = trust && { label: trust.label, cookie: deviceCookie };
    const factor = toFactor(answer);
    const verified = await mfa.verify({ ...factor, token: holder, trustDevice }, request);
    return { reply: toAuthenticated(verified), verified };
  },
};

/** verify: completes a sign-in with a code or a backup code. */
import type { Verified } from '@mfakit/core';
import * as z from 'zod';
import { mfaToken } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { TokenBody, TokenRoute } from '../route.ts';
import { FACTOR_REFUSALS, toFactor, withFactor, type WireFactor } from '../second-factor.ts';

/** The second step is done; the host's session came with the reply. */
export interface AuthenticatedReply {
  readonly authenticated: true;
  /** `totp`, `backup_code`, or a kind that the application added. */
  readonly method: string;
  /** Offer new ones when this is low. */
  readonly backup_codes_remaining: number;
}

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

/** The route. */
export const verify: TokenRoute<TokenBody & WireFactor, AuthenticatedReply> = {
  ...PATHS.verify,
  summary: 'Complete a sign-in with a code or a backup code',
  who: 'token',
  inputFrom: 'body',
  input: withFactor({ mfa_token: mfaToken }),
  reply: authenticatedReply,
  refusals: ['not_enabled', 'contention', ...FACTOR_REFUSALS],
  async call({ mfa, holder, input, request }) {
    const verified = await mfa.verify({ ...toFactor(input), token: holder }, request);
    return { reply: toAuthenticated(verified), verified };
  },
};

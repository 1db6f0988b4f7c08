/** confirm: activates the staged factor by its first code. */
import * as z from 'zod';
import type { MfaErrorCode, Verified } from '@mfakit/core';
import { blankable, code, factorId as setupId } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { Outcome, SessionRoute } from '../route.ts';

/** Input of a confirmation: the first code, and the setup that it is for. */
export interface ConfirmBody {
  readonly code: string;
  readonly factor_id?: string | undefined;
}

/** How a confirmation can be refused, whoever confirms. */
export const CONFIRM_REFUSALS: readonly MfaErrorCode[] = [
  'setup_not_started',
  'setup_expired',
  'setup_voided',
  'setup_replaced',
  'setup_confirmed',
  'invalid_code',
  'clock_ahead',
  'clock_behind',
  'secret_unreadable',
  'busy',
  'hasher_unavailable',
];

/** Here the code completes a form; it is no failed authentication. */
export const CONFIRM_STATUSES: Readonly<Partial<Record<MfaErrorCode, number>>> = {
  invalid_code: 400,
  clock_ahead: 400,
  clock_behind: 400,
};

/** The route. */
export const confirm: SessionRoute<ConfirmBody, { readonly message: 'TOTP enabled successfully' }> = {
  ...PATHS.confirm,
  summary: 'Activate the staged factor by its first code',
  who: 'session',
  inputFrom: 'body',
  input: z.strictObject({ code, factor_id: blankable(setupId) }),
  reply: z.strictObject({ message: z.literal('TOTP enabled successfully') }),
  refusals: ['already_enabled', 'contention', ...CONFIRM_REFUSALS],
  statuses: CONFIRM_STATUSES,
  async call({ mfa, userId, input, request }) {
    const { code: typed, factor_id } = input;
    const verified = await mfa.confirm({ userId }, { code: typed, factorId: factor_id }, request);
    return { reply: { message: 'TOTP enabled successfully' }, ...toConfirmed(verified) };
  },
};

/** What the host is told of a confirmation. */
export function toConfirmed(
  verified: Verified & { readonly factorId: string },
): Required<Pick<Outcome<null>, 'verified' | 'change'>> {
  const { userId, factorId, sessionEpoch, seq } = verified;
  return { verified, change: { kind: 'confirmed', userId, factorId, sessionEpoch, seq } };
}

/** confirm: activates the staged factor by its first code. */
import type { Verified } from '@mfakit/core';
import * as z from 'zod';
import { code } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';
import { epochOf } from '../session-epoch.ts';

/** The route. */
export const confirm: SessionRoute<{ readonly code: string }, { readonly message: 'TOTP enabled successfully' }> = {
  ...PATHS.confirm,
  summary: 'Activate the staged factor by its first code',
  who: 'session',
  inputFrom: 'body',
  input: z.strictObject({ code }),
  reply: z.strictObject({ message: z.literal('TOTP enabled successfully') }),
  refusals: [
    'setup_not_started',
    'already_enabled',
    'invalid_code',
    'setup_expired',
    'secret_unreadable',
    'busy',
    'contention',
  ],
  // Here the code completes a form; it is no failed authentication.
  statuses: { invalid_code: 400 },
  async call({ mfa, userId, input, request }) {
    const before = await epochOf(mfa, userId, request);
    const confirmed: Confirmed = await mfa.confirm({ userId }, input, request);
    const { factorId, sessionEpoch = before, seq } = confirmed;
    return {
      reply: { message: 'TOTP enabled successfully' },
      verified: isVerified(confirmed) ? confirmed : undefined,
      change: { kind: 'confirmed', userId, factorId, sessionEpoch, seq },
    };
  },
};

/** A core that counts this as a fresh proof says so, and the session is signed in anew. */
type Confirmed = { readonly factorId: string } & Partial<Verified>;

function isVerified(confirmed: Confirmed): confirmed is Confirmed & Verified {
  return confirmed.authTime !== undefined;
}

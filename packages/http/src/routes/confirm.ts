/** confirm: activates the staged factor by its first code. */
import * as z from 'zod';
import { code } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';

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
    'hasher_unavailable',
    'contention',
  ],
  // Here the code completes a form; it is no failed authentication.
  statuses: { invalid_code: 400 },
  async call({ mfa, userId, input, request }) {
    const verified = await mfa.confirm({ userId }, input, request);
    const { factorId, sessionEpoch, seq } = verified;
    return {
      reply: { message: 'TOTP enabled successfully' },
      verified,
      change: { kind: 'confirmed', userId, factorId, sessionEpoch, seq },
    };
  },
};

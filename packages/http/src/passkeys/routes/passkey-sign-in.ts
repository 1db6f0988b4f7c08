/** passkeySignIn: signs in by a passkey alone, which names its user and has verified them. */
import * as z from 'zod';
import { mfaToken } from '../../fields.ts';
import type { OpenRoute } from '../../route.ts';
import { authenticatedReply, toAuthenticated, type AuthenticatedReply } from '../../routes/verify.ts';
import { ASSERTION_REFUSALS } from '../answers.ts';
import { assertion, type WireAssertion } from '../credential.ts';
import { PASSKEY_PATHS } from '../paths.ts';

/** The token of `/passkey/challenge`, and the credential that signs it. */
export interface PasskeySignInBody {
  /** The token that the answer signs. */
  readonly mfa_token: string;
  /** What `navigator.credentials.get` gave, as JSON. */
  readonly credential: WireAssertion;
}

/** The route. */
export const passkeySignIn: OpenRoute<PasskeySignInBody, AuthenticatedReply> = {
  ...PASSKEY_PATHS.passkeySignIn,
  summary: 'Sign in by a passkey alone',
  who: 'nobody',
  signsIn: true,
  inputFrom: 'body',
  input: z.strictObject({
    mfa_token: mfaToken.meta({ description: 'From `/passkey/challenge`.' }),
    credential: assertion,
  }),
  reply: authenticatedReply,
  refusals: [
    'not_offered',
    'invalid_token',
    'token_used',
    ...ASSERTION_REFUSALS,
    'password_required',
    'locked',
    'secret_unreadable',
    'contention',
  ],
  async call({ mfa, input, request }) {
    const verified = await mfa.passkeySignIn({ token: input.mfa_token, credential: input.credential }, request);
    return { reply: toAuthenticated(verified), verified };
  },
};

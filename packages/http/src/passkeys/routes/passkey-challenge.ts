/** passkeyChallenge: gives anybody a token that a passkey can sign, to sign in with it alone. */
import * as z from 'zod';
import type { OpenRoute } from '../../route.ts';
import type { OptionsJson } from '../credential.ts';
import { PASSKEY_PATHS } from '../paths.ts';
import { challengeFields } from './challenge.ts';

/** What to answer. */
export interface PasskeyChallengeReply {
  /** Send it with the answer, which signs it. */
  readonly mfa_token: string;
  /** ISO 8601 in UTC. */
  readonly expires_at: string;
  /** For `navigator.credentials.get`. */
  readonly request_options: OptionsJson;
}

/** The route. */
export const passkeyChallenge: OpenRoute<object, PasskeyChallengeReply> = {
  ...PASSKEY_PATHS.passkeyChallenge,
  summary: 'Get a token that a passkey signs, to sign in with it alone',
  who: 'nobody',
  signsIn: false,
  inputFrom: 'body',
  input: z.strictObject({}),
  reply: z.strictObject(challengeFields),
  refusals: ['not_offered'],
  async call({ mfa }) {
    const { token, expiresAt, prompts } = await mfa.passkeyChallenge();
    const options = prompts?.['webauthn'] as OptionsJson;
    return { reply: { mfa_token: token, expires_at: expiresAt.toISOString(), request_options: options } };
  },
};

/** challenge: gives a signed-in user a token that a passkey can sign, for a step-up or a proof. */
import * as z from 'zod';
import { instant } from '../../fields.ts';
import type { SessionRoute } from '../../route.ts';
import { assertCurrent } from '../../session-epoch.ts';
import { optionsJson, type OptionsJson } from '../credential.ts';
import { PASSKEY_PATHS } from '../paths.ts';

/** What to answer, and with what. */
export interface ChallengeReply {
  /** Send it with the answer, which signs it. */
  readonly mfa_token: string;
  /** ISO 8601 in UTC. */
  readonly expires_at: string;
  /** The kinds of factor that the user can answer with. */
  readonly methods: readonly string[];
  /** For `navigator.credentials.get`; absent if the user has no passkey. */
  readonly request_options?: OptionsJson | undefined;
}

/** What every challenge has. */
export const challengeFields: {
  readonly mfa_token: z.ZodString;
  readonly expires_at: z.ZodISODateTime;
  readonly request_options: z.ZodType<OptionsJson>;
} = {
  mfa_token: z.string().meta({ description: 'To send back with the answer.' }),
  expires_at: instant,
  request_options: optionsJson.meta({
    description: 'For `navigator.credentials.get`: a `PublicKeyCredentialRequestOptionsJSON`.',
  }),
};

/** The route. */
export const challenge: SessionRoute<object, ChallengeReply> = {
  ...PASSKEY_PATHS.challenge,
  summary: 'Get a token that a passkey signs, for a step-up or a proof',
  who: 'session',
  inputFrom: 'body',
  input: z.strictObject({}),
  reply: z.strictObject({
    ...challengeFields,
    methods: z.array(z.string()).readonly(),
    request_options: challengeFields.request_options.optional(),
  }),
  refusals: ['not_enabled', 'locked'],
  async call({ mfa, userId, request }) {
    const { token, expiresAt, methods, prompts } = await mfa.challenge(userId);
    assertCurrent(request, (await mfa.status(userId)).sessionEpoch);
    const options = prompts?.['webauthn'];
    return {
      reply: {
        mfa_token: token,
        expires_at: expiresAt.toISOString(),
        methods,
        ...(options !== undefined && { request_options: options }),
      },
    };
  },
};

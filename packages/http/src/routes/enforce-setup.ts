/** enforceSetup: stages the first factor of a user who must enroll to sign in. */
import * as z from 'zod';
import { mfaToken } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { TokenBody, TokenRoute } from '../route.ts';
import { setupReply, stage, type SetupReply } from './setup.ts';

/** The route. */
export const enforceSetup: TokenRoute<TokenBody, SetupReply> = {
  ...PATHS.enforceSetup,
  summary: 'Stage the first factor of a user who must enroll to sign in',
  who: 'token',
  inputFrom: 'body',
  input: z.strictObject({ mfa_token: mfaToken }),
  reply: setupReply,
  refusals: ['enforcement_not_pending', 'already_enabled', 'locked', 'busy', 'contention'],
  call: async (admitted) => ({ reply: await stage(admitted, { token: admitted.holder }) }),
};

/** stepUp: takes fresh proof before something sensitive. */
import * as z from 'zod';
import { instant } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';
import { FACTOR_REFUSALS, toFactor, withFactor, type WireFactor } from '../second-factor.ts';

/** The second factor is fresh; the host's session came with the reply. */
interface StepUpReply {
  readonly authenticated: true;
  readonly auth_time: string;
}

/** The route. */
export const stepUp: SessionRoute<WireFactor, StepUpReply> = {
  ...PATHS.stepUp,
  summary: 'Give fresh proof before something sensitive',
  who: 'session',
  inputFrom: 'body',
  input: withFactor({}),
  reply: z.strictObject({ authenticated: z.literal(true), auth_time: instant }),
  refusals: ['not_enabled', 'contention', ...FACTOR_REFUSALS],
  async call({ mfa, userId, input, request }) {
    const verified = await mfa.stepUp(userId, toFactor(input), request);
    return { reply: { authenticated: true, auth_time: verified.authTime.toISOString() }, verified };
  },
};

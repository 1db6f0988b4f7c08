/** forgetDevices: ends the trust in every browser of the user. */
import * as z from 'zod';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';

/** The route. It only takes away, so it asks for no proof. */
export const forgetDevices: SessionRoute<object, null> = {
  ...PATHS.forgetDevices,
  summary: 'End the trust in every browser',
  who: 'session',
  inputFrom: 'body',
  input: z.strictObject({}),
  reply: null,
  refusals: ['contention', 'busy'],
  async call({ mfa, userId, request }) {
    await mfa.forgetDevices(userId, request);
    return { reply: null };
  },
};

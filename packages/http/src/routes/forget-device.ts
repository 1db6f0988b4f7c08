/** forgetDevice: ends the trust in one browser, the one that the path names. */
import * as z from 'zod';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';

/** The route. It only takes away, so it asks for no proof. */
export const forgetDevice: SessionRoute<object, null> = {
  ...PATHS.forgetDevice,
  summary: 'End the trust in one browser',
  who: 'session',
  inputFrom: 'body',
  input: z.strictObject({}),
  reply: null,
  refusals: ['device_not_found', 'contention', 'busy'],
  async call({ mfa, userId, id, request }) {
    await mfa.forgetDevice(userId, id, request);
    return { reply: null };
  },
};

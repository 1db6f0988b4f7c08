/** Guard: whether a session's second factor is recent enough for a sensitive route (RFC 9470). */
import type { Mfa } from '@mfakit/core';
import { toResponse } from './handler.ts';
import { logError } from './log-error.ts';
import { problem, type WireReply } from './problems.ts';
import { soundSentence, type Sentence } from './sentence.ts';
import { CONTRACT_SENTENCES } from './sentences/en.ts';

/** What a session remembers about its second factor. */
export interface MfaSession {
  /** `authTime` of the last `Verified`; absent if there was none. */
  readonly authTime?: Date | null | undefined;
}

/** How far the clock that set `authTime` may be ahead of the one that is asked now. */
const CLOCK_SKEW_MS = 5000;

/** How a route is guarded. */
export interface GuardOptions<Ctx> {
  /** How old the second factor may be; a whole number, 1 or more. */
  readonly maxAgeSeconds: number;
  /** The session of a request; `null`: nobody is signed in. */
  readonly session: (ctx: Ctx) => Promise<MfaSession | null> | MfaSession | null;
  /** The `Mfa` whose `Verified` set `authTime`: the guard goes by its clock. */
  readonly mfa: Pick<Mfa, 'clock'>;
  /** As in the options of a binding. */
  readonly sentence?: Sentence | undefined;
}

/** @returns `null` if the request may pass, otherwise the refusal to send */
export type Guard<Ctx> = (ctx: Ctx) => Promise<WireReply | null>;

/**
 * Makes the guard that a binding wraps.
 * @throws {RangeError} if `maxAgeSeconds` is not a whole number of 1 or more
 * @throws {TypeError} if `mfa` is missing
 */
export function createGuard<Ctx>({ maxAgeSeconds, session, mfa, sentence }: GuardOptions<Ctx>): Guard<Ctx> {
  if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 1) {
    throw new RangeError('requireMfa: maxAgeSeconds must be a whole number of 1 or more');
  }
  if (typeof mfa?.clock !== 'function') throw new TypeError('requireMfa: mfa must be what createMfa gave');
  // RFC 9470 has this under a scheme of OAuth; a sentence of the host's need not fit into a header.
  const description = CONTRACT_SENTENCES.insufficient_user_authentication;
  const challenge = `Bearer error="insufficient_user_authentication", error_description="${description}", max_age="${maxAgeSeconds}"`;
  const headers = { 'www-authenticate': challenge };
  const own = soundSentence(sentence, logError);
  return async (ctx) => {
    const age = mfa.clock() - ((await session(ctx))?.authTime?.getTime() ?? Number.NaN);
    // Written so that a missing instant, an invalid one and one further in the future all fail.
    if (age >= -CLOCK_SKEW_MS && age <= maxAgeSeconds * 1000) return null;
    return problem('insufficient_user_authentication', { headers, sentence: own });
  };
}

/**
 * A guard for `fetch` handlers: 401 with the step-up challenge if the session's second factor is missing or too old.
 * @returns the refusal to send, or `null` if the request may pass
 * @throws {RangeError} if `maxAgeSeconds` is not a whole number of 1 or more
 * @see RFC 9470 §3
 */
export function requireMfa(options: GuardOptions<Request>): (request: Request) => Promise<Response | null> {
  const guard = createGuard(options);
  return async (request) => {
    const refused = await guard(request);
    return refused && toResponse(refused);
  };
}

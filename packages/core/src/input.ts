/** Input: what callers pass in, checked before anything is read, computed or counted. */
import { isBytes } from './crypto/random.ts';
import { invalidInput } from './errors.ts';
import type { RequestContext } from './events.ts';
import { LIMITS } from './limits.ts';

const encoder = new TextEncoder();
/** Control characters and lone surrogates: they are unprintable, and some databases refuse them. */
const EVERY_UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

/** @throws {MfaError} `invalid_input` */
export function parseUserId(userId: unknown, field = 'userId'): string {
  const sound =
    typeof userId === 'string' &&
    userId.length >= 1 &&
    userId.length <= LIMITS.userIdBytes &&
    !/[\0\p{Cs}]/u.test(userId) &&
    encoder.encode(userId).length <= LIMITS.userIdBytes;
  if (!sound) throw invalidInput(field, `must be a string of 1 to ${LIMITS.userIdBytes} bytes without null characters`);
  return userId;
}

/** @throws {MfaError} `invalid_input` */
export function parseToken(token: unknown): string {
  if (typeof token !== 'string') throw invalidInput('token', 'must be a string or an answer of tokenHolder');
  return token;
}

/**
 * Cuts each text to its length and makes it printable. The client controls these texts, so they must not make a sign-in
 * fail.
 * @throws {MfaError} `invalid_input` if a part is not a string
 */
export function parseRequest(input: unknown): RequestContext {
  const { ip, userAgent, actor, reason, sessionEpoch } = asObject('request', input ?? {});
  return {
    ip: cutText('ip', ip, LIMITS.ipCharacters),
    userAgent: cutText('userAgent', userAgent, LIMITS.userAgentCharacters),
    actor: cutText('actor', actor, LIMITS.actorCharacters),
    reason: reason === undefined ? undefined : parseReason(reason),
    sessionEpoch:
      sessionEpoch === undefined ? undefined : parseWhole('sessionEpoch', sessionEpoch, 0, Number.MAX_SAFE_INTEGER),
  };
}

/** Staff write it, not the client: what cannot be kept whole is refused. @throws {MfaError} `invalid_input` */
function parseReason(reason: unknown): string {
  const sound =
    typeof reason === 'string' &&
    reason.trim() !== '' &&
    reason.length <= LIMITS.reasonCharacters &&
    !/[\p{Cc}\p{Cs}]/u.test(reason);
  if (!sound) throw invalidInput('reason', `must be 1 to ${LIMITS.reasonCharacters} printable characters`);
  return reason;
}

function cutText(field: string, text: unknown, maxLength: number): string | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw invalidInput(field, 'must be a string');
  return text.slice(0, maxLength).replaceAll(EVERY_UNPRINTABLE, '\uFFFD');
}

/** Accepts a whole number within bounds. @throws {MfaError} `invalid_input` */
export function parseWhole(field: string, value: unknown, min: number, max: number): number {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalidInput(field, `must be a whole number from ${min} to ${max}`);
  }
  return value as number;
}

/** Copies bytes, so many of them. @throws {MfaError} `invalid_input` */
export function parseBytes(field: string, bytes: unknown, min: number, max: number): Uint8Array {
  const length = ArrayBuffer.isView(bytes) ? bytes.byteLength : -1;
  if (length < min || length > max || !isBytes(bytes, length)) {
    throw invalidInput(field, `must be a Uint8Array of ${min === max ? min : `${min} to ${max}`} bytes`);
  }
  return Uint8Array.from(bytes);
}

/** @throws {MfaError} `invalid_input` */
export function parseInstant(field: string, date: unknown): number {
  const epochMs = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(epochMs)) throw invalidInput(field, 'must be a valid Date');
  return epochMs;
}

/** Copies the parts of an object that a caller passed. @throws {MfaError} `invalid_input` */
export function asObject(field: string, input: unknown): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null) throw invalidInput(field, 'must be an object');
  return { ...input };
}

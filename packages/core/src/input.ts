/** Input: what callers pass in, checked before anything is read, computed or counted. */
import { BACKUP_CODE_SYMBOLS, normalizeBackupCode } from './factors/backup-codes.ts';
import { invalidInput, MfaError } from './errors.ts';
import type { RequestContext } from './events.ts';
import { LIMITS } from './limits.ts';

/** A second factor: exactly one of the two. */
export type SecondFactor =
  | { readonly code: string; readonly backupCode?: undefined }
  | { readonly backupCode: string; readonly code?: undefined };

/** Fresh proof of a signed-in user: the password, absent where the host is passwordless, and a second factor. */
export type Proof = SecondFactor & { readonly password?: string };

/** A second factor in canonical form. */
export type ParsedFactor =
  | { readonly method: 'totp'; readonly code: string }
  | { readonly method: 'backup_code'; readonly symbols: string };

/** A proof in canonical form; `password` is null where the host is passwordless. */
export interface ParsedProof {
  readonly password: string | null;
  readonly factor: ParsedFactor;
}

const encoder = new TextEncoder();
/** Control characters and lone surrogates: unprintable, and refused by some databases. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const EVERY_UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

/** @throws {MfaError} `invalid_input` */
export function parseUserId(userId: unknown): string {
  const sound =
    typeof userId === 'string' &&
    userId.length >= 1 &&
    userId.length <= LIMITS.userIdBytes &&
    !/[\0\p{Cs}]/u.test(userId) &&
    encoder.encode(userId).length <= LIMITS.userIdBytes;
  if (!sound)
    throw invalidInput('userId', `must be a string of 1 to ${LIMITS.userIdBytes} bytes without null characters`);
  return userId;
}

/** @throws {MfaError} `invalid_input` */
export function parseToken(token: unknown): string {
  if (typeof token !== 'string') throw invalidInput('token', 'must be a string or an answer of tokenHolder');
  return token;
}

/**
 * Text without control characters: a label, an account name, an issuer.
 * @throws {MfaError} `invalid_input`
 */
function parseText(field: string, text: unknown, maxLength: number): string {
  const sound = typeof text === 'string' && text.trim() !== '' && text.length <= maxLength && !UNPRINTABLE.test(text);
  if (!sound) throw invalidInput(field, `must be a string of 1 to ${maxLength} printable characters`);
  return text;
}

/** @throws {MfaError} `invalid_input` */
export function parseLabel(label: unknown): string {
  return parseText('label', label, LIMITS.labelCharacters);
}

/** @throws {MfaError} `invalid_input` */
export function parseAccountName(accountName: unknown): string {
  const text = parseText('accountName', accountName, LIMITS.accountNameBytes);
  if (encoder.encode(text).length > LIMITS.accountNameBytes) {
    throw invalidInput('accountName', `must be at most ${LIMITS.accountNameBytes} bytes of UTF-8`);
  }
  if (text.includes(':')) throw invalidInput('accountName', 'must not contain a colon');
  return text;
}

/**
 * A TOTP code. Spaces are dropped: apps show `123 456`.
 * @throws {MfaError} `invalid_input`
 */
export function parseCode(code: unknown): string {
  const typed = typeof code === 'string' && code.length <= LIMITS.typedCodeCharacters ? code.replaceAll(' ', '') : '';
  if (!/^[0-9]{6,8}$/.test(typed)) throw invalidInput('code', 'must be a string of 6 to 8 digits');
  return typed;
}

function parseBackupCode(backupCode: unknown): string {
  const typed = typeof backupCode === 'string' && backupCode.length <= LIMITS.typedCodeCharacters ? backupCode : '';
  const symbols = normalizeBackupCode(typed);
  const { min, max } = BACKUP_CODE_SYMBOLS;
  if (symbols === null) throw invalidInput('backupCode', `must be a string of ${min} to ${max} letters and digits`);
  return symbols;
}

/** @throws {MfaError} `invalid_input` where there is not exactly one of code and backup code */
export function parseFactor(input: unknown): ParsedFactor {
  const { code, backupCode } = asObject('input', input);
  if ((code === undefined) === (backupCode === undefined))
    throw invalidInput('code', 'or backupCode must be given, not both');
  return code === undefined
    ? { method: 'backup_code', symbols: parseBackupCode(backupCode) }
    : { method: 'totp', code: parseCode(code) };
}

/**
 * @param passwordless - whether the host declared that there are no passwords
 * @throws {MfaError} `proof_required` where a part is missing, `invalid_input` where one is malformed
 */
export function parseProof(input: unknown, passwordless: boolean): ParsedProof {
  const { password, code, backupCode } = asObject('proof', input ?? {});
  if (code === undefined && backupCode === undefined) throw new MfaError('proof_required');
  const factor = parseFactor({ code, backupCode });
  if (passwordless) {
    if (password !== undefined) throw invalidInput('password', 'is not accepted: there are no passwords here');
    return { password: null, factor };
  }
  if (password === undefined) throw new MfaError('proof_required');
  if (typeof password !== 'string' || password === '' || password.length > LIMITS.passwordCharacters) {
    throw invalidInput('password', `must be a string of 1 to ${LIMITS.passwordCharacters} characters`);
  }
  return { password, factor };
}

/**
 * Cut to length, and made printable: these come from the client as they are, and must not refuse a sign-in.
 * @throws {MfaError} `invalid_input` where a part is not a string
 */
export function parseRequest(input: unknown): RequestContext {
  const { ip, userAgent } = asObject('request', input ?? {});
  return {
    ip: cutText('ip', ip, LIMITS.ipCharacters),
    userAgent: cutText('userAgent', userAgent, LIMITS.userAgentCharacters),
  };
}

function cutText(field: string, text: unknown, maxLength: number): string | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw invalidInput(field, 'must be a string');
  return text.slice(0, maxLength).replaceAll(EVERY_UNPRINTABLE, '\uFFFD');
}

/** A whole number within bounds. @throws {MfaError} `invalid_input` */
export function parseWhole(field: string, value: unknown, min: number, max: number): number {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalidInput(field, `must be a whole number from ${min} to ${max}`);
  }
  return value as number;
}

/** @throws {MfaError} `invalid_input` */
export function parseInstant(field: string, date: unknown): number {
  const epochMs = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(epochMs)) throw invalidInput(field, 'must be a valid Date');
  return epochMs;
}

/** The parts of an object that a caller gave. @throws {MfaError} `invalid_input` */
export function asObject(field: string, input: unknown): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null) throw invalidInput(field, 'must be an object');
  return { ...input };
}

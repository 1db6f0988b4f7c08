/** Input: what callers pass in, checked before anything is read, computed or counted. */
import { BACKUP_CODE_SYMBOLS, normalizeBackupCode } from './factors/backup-codes.ts';
import { invalidInput, MfaError } from './errors.ts';
import type { RequestContext } from './events.ts';

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

/** Longest user id in bytes of UTF-8: fits an index key of every database, and a challenge token. */
const MAX_USER_ID_BYTES = 255;
/** Longest account name in bytes of UTF-8: an e-mail address has at most 254, and the URI must fit a QR code. */
const MAX_ACCOUNT_NAME_BYTES = 254;
const MAX_LABEL_LENGTH = 64;
/** Longest code or backup code as typed: more is not a code, and is not looked at. */
const MAX_TYPED_LENGTH = 64;
const MAX_PASSWORD_LENGTH = 1024;
const MAX_IP_LENGTH = 64;
const MAX_USER_AGENT_LENGTH = 256;

const encoder = new TextEncoder();
/** Control characters and lone surrogates: unprintable, and refused by some databases. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const EVERY_UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

/** @throws {MfaError} `invalid_input` */
export function parseUserId(userId: unknown): string {
  const sound =
    typeof userId === 'string' &&
    userId.length >= 1 &&
    userId.length <= MAX_USER_ID_BYTES &&
    !/[\0\p{Cs}]/u.test(userId) &&
    encoder.encode(userId).length <= MAX_USER_ID_BYTES;
  if (!sound)
    throw invalidInput('userId', `must be a string of 1 to ${MAX_USER_ID_BYTES} bytes without null characters`);
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
  return parseText('label', label, MAX_LABEL_LENGTH);
}

/** @throws {MfaError} `invalid_input` */
export function parseAccountName(accountName: unknown): string {
  const text = parseText('accountName', accountName, MAX_ACCOUNT_NAME_BYTES);
  if (encoder.encode(text).length > MAX_ACCOUNT_NAME_BYTES) {
    throw invalidInput('accountName', `must be at most ${MAX_ACCOUNT_NAME_BYTES} bytes of UTF-8`);
  }
  if (text.includes(':')) throw invalidInput('accountName', 'must not contain a colon');
  return text;
}

/**
 * A TOTP code. Spaces are dropped: apps show `123 456`.
 * @throws {MfaError} `invalid_input`
 */
export function parseCode(code: unknown): string {
  const typed = typeof code === 'string' && code.length <= MAX_TYPED_LENGTH ? code.replaceAll(' ', '') : '';
  if (!/^[0-9]{6,8}$/.test(typed)) throw invalidInput('code', 'must be a string of 6 to 8 digits');
  return typed;
}

function parseBackupCode(backupCode: unknown): string {
  const typed = typeof backupCode === 'string' && backupCode.length <= MAX_TYPED_LENGTH ? backupCode : '';
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
  if (typeof password !== 'string' || password === '' || password.length > MAX_PASSWORD_LENGTH) {
    throw invalidInput('password', `must be a string of 1 to ${MAX_PASSWORD_LENGTH} characters`);
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
    ip: cutText('ip', ip, MAX_IP_LENGTH),
    userAgent: cutText('userAgent', userAgent, MAX_USER_AGENT_LENGTH),
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

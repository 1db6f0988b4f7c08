/** Device cookie: what a browser carries for the users who trust it, one entry of series and secret for each of them. */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import type { RandomSource } from '../crypto/random.ts';

/** What a browser is to keep. Set it as a cookie; it is a secret. */
export interface DeviceCookie {
  /** The whole value. Empty: nothing is left to keep, so remove the cookie. */
  readonly cookie: string;
  /**
   * Until when to keep it: the end of this device's trust, or later if the cookie holds other users' entries too. The
   * record decides, not the browser. Absent if the value is empty.
   */
  readonly expiresAt?: Date;
}

/** One entry of a cookie. */
export interface DeviceEntry {
  /** 128 random bits that stay for the life of the device. */
  readonly series: string;
  /** What the record knows of the series. */
  readonly id: string;
  /** What the record knows of the secret. */
  readonly digest: string;
  readonly text: string;
}

const SERIES_BYTES = 16;
const SECRET_BYTES = 32;
const ID_BYTES = 16;

/** Longer values were not made here. Five entries take 334 characters. */
const COOKIE_CHARACTERS = 400;

/** Users that one browser can be trusted by. The newest stay. */
const MOST_ENTRIES = 5;

const ENTRY = /^([\w-]{22})\.([\w-]{43})$/u;

/**
 * The entries of a cookie. A browser sends it, so whatever cannot be one is passed over, and never refused.
 * @param cookie - untrusted
 */
export function parseDeviceCookie(cookie: unknown): readonly DeviceEntry[] {
  if (typeof cookie !== 'string' || cookie.length > COOKIE_CHARACTERS) return [];
  const entries = new Map<string, DeviceEntry>();
  for (const text of cookie.split('~')) {
    const [, series, secret] = ENTRY.exec(text) ?? [];
    if (series === undefined || secret === undefined || entries.has(series)) continue;
    entries.set(series, entryOf(series, secret));
  }
  return [...entries.values()].slice(0, MOST_ENTRIES);
}

/** A cookie with these entries, the newest first. */
export function joinEntries(entries: readonly DeviceEntry[]): string {
  return entries
    .slice(0, MOST_ENTRIES)
    .map(({ text }) => text)
    .join('~');
}

/** Draws the entry of a new device. */
export function drawEntry(random: RandomSource): DeviceEntry {
  return entryOf(base64urlnopad.encode(random(SERIES_BYTES)), drawSecret(random));
}

/** Draws a secret that may replace one. */
export function drawSecret(random: RandomSource): string {
  return base64urlnopad.encode(random(SECRET_BYTES));
}

/** The entry of a series with this secret. */
export function entryOf(series: string, secret: string): DeviceEntry {
  const id = base64urlnopad.encode(sha256(utf8ToBytes(series)).subarray(0, ID_BYTES));
  return { series, id, digest: base64urlnopad.encode(sha256(utf8ToBytes(secret))), text: `${series}.${secret}` };
}

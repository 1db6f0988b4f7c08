/** messageIdOf: one name for the mail of an event, however often it is sent, which tells nobody whom it is about. */
import type { MfaEvent } from '@mfakit/core';

/** 128 bits: no two events have one name. */
const DIGEST_BYTES = 16;

/**
 * For the header `Message-ID`: a mail server or program that gets it twice may drop the second one.
 * @param domain - of the sender
 */
export async function messageIdOf({ userId, seq, at, type }: MfaEvent, domain: string): Promise<string> {
  // The instant: numbers begin anew when a user was erased and comes back.
  const text = new TextEncoder().encode(JSON.stringify([userId, seq, at, type]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text), 0, DIGEST_BYTES);
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `<mfakit-${hex}@${domain}>`;
}

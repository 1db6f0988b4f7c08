/** The setup that waits for its first code, kept in this tab so that a reload shows the same QR code and backup codes. */
import type { SetupReply } from '@mfakit/http';

const KEY = 'setup';

/** A setup, and whose it is. */
interface Kept {
  readonly owner: string;
  readonly setup: SetupReply;
}

/** @param owner - the name of the user who is signed in, or the token that began it */
export function keepSetup(owner: string, setup: SetupReply): void {
  sessionStorage.setItem(KEY, JSON.stringify({ owner, setup } satisfies Kept));
}

/** The setup that is kept for this owner; `null`: none. One that has expired, or is of somebody else, is forgotten. */
export function keptSetup(owner: string): SetupReply | null {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Kept | null;
  if (kept?.owner === owner && Date.now() < Date.parse(kept.setup.expires_at)) return kept.setup;
  forgetSetup();
  return null;
}

/** Forgets it: it is confirmed, it has ended, or its user signs out. */
export function forgetSetup(): void {
  sessionStorage.removeItem(KEY);
}

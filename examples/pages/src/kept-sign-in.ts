/** Kept sign-in: what the password has led to, kept in this tab until the second step is done, so that a reload loses nothing. */
import type { Begun } from '@mfakit/elements';

const BEGUN = 'sign-in';
const TOKEN = 'set-up-token';

/** Keeps it for the page of the second step. */
export function keepBegun(begun: Begun): void {
  sessionStorage.setItem(BEGUN, JSON.stringify(begun));
}

/** `null`: none is kept. */
export function keptBegun(): Begun | null {
  return JSON.parse(sessionStorage.getItem(BEGUN) ?? 'null') as Begun | null;
}

/** Keeps the token of somebody who must set it up first. */
export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN, token);
}

/** `null`: none is kept. */
export function keptToken(): string | null {
  return sessionStorage.getItem(TOKEN);
}

/** Forgets both: the sign-in is complete, or begins anew. */
export function forgetSignIn(): void {
  for (const key of [BEGUN, TOKEN]) sessionStorage.removeItem(key);
}

/** The challenge: the token between the password and the second step, kept in this tab only. */

/** What a token is for. */
export type Purpose = 'verify' | 'enroll';

const key = (purpose: Purpose): string => `${purpose}-token`;

/** Keeps a token for the next page. */
export function keepToken(purpose: Purpose, token: string): void {
  sessionStorage.setItem(key(purpose), token);
}

/** The token that was kept; `null`: none. */
export function keptToken(purpose: Purpose): string | null {
  return sessionStorage.getItem(key(purpose));
}

/** Forgets all tokens: they were used, or the sign-in starts anew. */
export function forgetTokens(): void {
  for (const purpose of ['verify', 'enroll'] as const) sessionStorage.removeItem(key(purpose));
}

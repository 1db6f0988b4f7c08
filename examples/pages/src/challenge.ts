/** The challenge: the token between the password and the second step, kept in this tab only. */

/** What the second step is asked with: the token, and what the user can answer with. */
export interface Prompts {
  readonly mfa_token: string;
  readonly methods: readonly string[];
  readonly request_options?: object;
}

const PROMPTS = 'prompts';

/** Keeps them for the page of the second step. */
export function keepPrompts({ mfa_token, methods, request_options: options }: Prompts): void {
  sessionStorage.setItem(PROMPTS, JSON.stringify({ mfa_token, methods, request_options: options }));
}

/** Those that were kept; `null`: none. */
export function keptPrompts(): Prompts | null {
  return JSON.parse(sessionStorage.getItem(PROMPTS) ?? 'null') as Prompts | null;
}

const ENROLL = 'enroll-token';

/** Keeps the token of somebody who has to enroll. */
export function keepToken(token: string): void {
  sessionStorage.setItem(ENROLL, token);
}

/** The token that was kept; `null`: none. */
export function keptToken(): string | null {
  return sessionStorage.getItem(ENROLL);
}

/** Forgets all of it: it was used, or the sign-in starts anew. */
export function forgetTokens(): void {
  for (const key of [PROMPTS, ENROLL]) sessionStorage.removeItem(key);
}

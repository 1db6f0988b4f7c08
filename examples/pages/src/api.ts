/** The servers' routes: the library's through its client, and the application's own. */
import type { Begun } from '@mfakit/elements';
import { ClientProblem } from '@mfakit/http/client';
import { createPasskeyClient, type PasskeyClient } from '@mfakit/http/client/passkeys';

export { ClientProblem };

/** The routes of the library. */
export const mfa: PasskeyClient = createPasskeyClient({ baseUrl: '/api/auth' });

/** What the login route answers. */
export type LogInReply =
  | ({ readonly mfa_required: true } & Begun)
  | { readonly mfa_required?: never; readonly mfa_setup_required: true; readonly mfa_token: string }
  | { readonly mfa_required?: never; readonly mfa_setup_required?: never; readonly authenticated: true };

/** Who is signed in. */
export interface Me {
  readonly user_name: string;
  readonly is_admin: boolean;
}

type Credentials = Readonly<Record<'user_name' | 'password', string>>;

/** The application's own routes. Every refusal throws a `ClientProblem`. */
export const app = {
  signUp: (credentials: Credentials): Promise<unknown> => ask('POST', '/api/auth/sign-up', credentials),
  logIn: (credentials: Credentials): Promise<LogInReply> => ask('POST', '/api/auth/login', credentials),
  logOut: (): Promise<unknown> => ask('POST', '/api/auth/logout', {}),
  changePassword: (body: Readonly<Record<'password' | 'new_password', string>>): Promise<unknown> =>
    ask('POST', '/api/auth/password', body),
  me: (): Promise<Me> => ask('GET', '/api/me'),
  payOut: (): Promise<unknown> => ask('POST', '/api/payout', {}),
};

/** Asks a route of the application. @throws a `ClientProblem`, or what `fetch` throws if there is no answer */
export async function ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type') ?? '';
  if (response.ok) return (await response.json()) as T;
  throw new ClientProblem(response.status, type.includes('json') ? await response.json() : null);
}

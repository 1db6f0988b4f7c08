// Two-step sign-in on Next.js, as `mfakit init` wrote it: change whatever you like.
import { createHandler, createMfa, requireMfa, type Mfa } from '@mfakit/http';
import { memoryStore } from '@mfakit/memory';
import { endOtherSessions, findSession, findUser, login, noteSeq } from './accounts.ts';
import { passwordMatches, sessionCookie, sessionIdIn, signUp, startSession } from './accounts.ts';

const sharedMfa = globalThis as typeof globalThis & { mfa?: Mfa };

/** Made at the first request: `next build` runs without the key. */
export function getMfa(): Mfa {
  return (sharedMfa.mfa ??= createMfa({
    issuer: 'My application', // shown in the authenticator app
    store: memoryStore(), // forgets everything with the process: put your database here
    keys: (process.env['MFAKIT_KEYS'] ?? '').split(','),
    verifyPassword: (userId, password) => passwordMatches(findUser(userId), password),
  }));
}

const idOf = ({ headers }: Request): string => sessionIdIn(headers.get('cookie'));

let handler: ((request: Request) => Promise<Response>) | undefined;

/** Every route below `/api/auth`. */
export async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method === 'POST' && pathname === '/api/auth/sign-up') return signUp(await request.json());
  if (request.method === 'POST' && pathname === '/api/auth/login') {
    return login(getMfa(), await request.json(), request.headers.get('cookie'));
  }
  handler ??= createHandler(getMfa(), {
    session: (from) => findSession(idOf(from)),
    account(userId) {
      const user = findUser(userId);
      return user && { accountName: user.email, active: true };
    },
    signIn: (from, verified) => new Headers({ 'set-cookie': sessionCookie(startSession(verified, idOf(from))) }),
    factorsChanged(from, { userId, sessionEpoch, seq }) {
      endOtherSessions(userId, idOf(from), sessionEpoch);
      noteSeq(userId, seq);
    },
  });
  return handler(request);
}

/** For a route that needs a second factor from the last five minutes: what to answer instead, or `null`. */
export function refuseWithoutMfa(request: Request): Promise<Response | null> {
  return requireMfa({ mfa: getMfa(), maxAgeSeconds: 300, session: (from) => findSession(idOf(from)) })(request);
}

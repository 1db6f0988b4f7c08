/** Acme: an application with the routes of the contract, in this process: for machines as they are, and for a browser. */
import type { Mfa, MfaEvent } from '@mfakit/core';
import { webauthnFactor } from '@mfakit/core/webauthn';
import { createHandler, type Host, type SessionUser } from '@mfakit/http';
import { createPasskeyClient, type PasskeyClient } from '@mfakit/http/client/passkeys';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import { testApplication, type EnrolledUser, type TestApplicationOptions, type TestClock } from '@mfakit/testkit';
import { webauthn } from '@mfakit/webauthn';
import type { Begun } from '../src/machines.ts';

/** The application. */
export interface Acme {
  readonly mfa: Mfa;
  readonly clock: TestClock;
  readonly events: readonly MfaEvent[];
  /** Adds an authenticator app to somebody. */
  enroll(userId: string): Promise<EnrolledUser>;
  /** What the login route answers once the password was right. */
  logIn(userId: string): Promise<LogIn>;
  /** Carries out a request. The cookie `user` names who is signed in. */
  handle(request: Request): Promise<Response>;
}

/** As the pages of the guide have it. */
type LogIn =
  | ({ readonly next: 'verify' } & Begun)
  | { readonly next: 'enroll' | 'signed-in'; readonly mfa_token: string };

/** What can be told it. */
export interface AcmeOptions {
  /** Where browsers reach it: passkeys are bound to it. */
  readonly origin?: string;
  /** Epoch milliseconds. */
  readonly now?: number;
  readonly lockout?: NonNullable<TestApplicationOptions['lockout']>;
}

/** Starts it. */
export function startAcme({ origin = 'https://acme.example', now, lockout = {} }: AcmeOptions = {}): Acme {
  const party = { rpId: new URL(origin).hostname, rpName: 'Acme', origins: [origin] };
  const { mfa, clock, events, enroll } = testApplication({
    lockout,
    factors: [webauthnFactor(webauthn(party), { userHandle: 'user-id' })],
  });
  if (now !== undefined) clock.set(now);
  /** Session epochs: an older one is refused. */
  const epochs = new Map<string, number>();
  const host: Host<Request> = {
    session(request): SessionUser | null {
      const userId = userOf(request);
      return userId === undefined ? null : { userId, accountName: userId, sessionEpoch: epochs.get(userId) };
    },
    account: (userId) => ({ accountName: userId, active: true }),
    signIn(_request, { userId, sessionEpoch }) {
      epochs.set(userId, sessionEpoch);
      return new Headers({ 'set-cookie': `user=${userId}; Path=/; SameSite=Lax` });
    },
    factorsChanged(_request, { userId, sessionEpoch }) {
      epochs.set(userId, sessionEpoch);
    },
  };
  const contract = createHandler(mfa, host, { routes: passkeyRoutes, onError: () => undefined });
  const logIn = async (userId: string): Promise<LogIn> => {
    const begun = await mfa.begin(userId);
    if (begun.next === 'signed-in') {
      epochs.set(userId, begun.sessionEpoch);
      return { next: 'signed-in', mfa_token: '' };
    }
    if (begun.next === 'enroll') return { next: 'enroll', mfa_token: begun.token };
    return {
      next: 'verify',
      mfa_token: begun.token,
      methods: begun.methods,
      request_options: begun.prompts?.['webauthn'],
      trust_days: 30,
      expires_at: begun.expiresAt.toISOString(),
    };
  };
  return { mfa, clock, events, enroll, logIn, handle: contract };
}

function userOf(request: Request): string | undefined {
  return /\buser=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
}

/** A network between page and server that a test can break. */
export interface Network {
  readonly client: PasskeyClient;
  /** Requests that went out, as `POST /totp-verify`. */
  readonly sent: readonly string[];
  /** The next requests reach nobody. */
  cut(requests: number): void;
  /** The next request is carried out, and its answer is lost. */
  loseAnswer(): void;
  /** Whoever sends a request waits until this is called again with `false`. */
  hold(held: boolean): void;
}

/** @param userId - who is signed in; `null`: nobody */
export function connect(acme: Acme, userId: string | null): Network {
  const sent: string[] = [];
  let unreachable = 0;
  let lost = false;
  let gate: Promise<void> | null = null;
  let release: (() => void) | null = null;
  const base = 'https://acme.example/api/auth';
  const client = createPasskeyClient({
    baseUrl: base,
    async fetch(url, init) {
      sent.push(`${init.method} ${url.slice(base.length)}`);
      await gate;
      if (unreachable > 0) {
        unreachable -= 1;
        throw new TypeError('fetch failed');
      }
      const headers = new Headers(init.headers);
      if (userId !== null) headers.set('cookie', `user=${userId}`);
      const response = await acme.handle(new Request(url, { ...init, headers }));
      if (!lost) return response;
      lost = false;
      throw new TypeError('fetch failed');
    },
  });
  return {
    client,
    sent,
    cut: (requests) => (unreachable = requests),
    loseAnswer: () => (lost = true),
    hold(held) {
      release?.();
      gate = null;
      if (!held) return;
      const opened = new Promise<void>((resolve) => {
        release = resolve;
      });
      gate = opened;
    },
  };
}

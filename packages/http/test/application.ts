/** Application: a host with users and sessions around the contract, with every fault at hand. */
import { createMfa, MfaError, type Argon2idJob, type Mfa, type MfaEvent, type MfaStore } from '@mfakit/core';
import { webauthnFactor } from '@mfakit/core/webauthn';
import type { Account, BindingOptions, FactorsChange, Host } from '@mfakit/http';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import { memoryStore } from '@mfakit/memory';
import { testClock, virtualAuthenticator, type TestClock, type VirtualAuthenticator } from '@mfakit/testkit';
import { webauthn } from '@mfakit/webauthn';

export const PASSWORD = 'correct horse battery staple';
const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

/** What the host remembers of a signed-in user. */
interface Session {
  readonly userId: string;
  readonly authTime: Date | null;
  /** `undefined`: this host does not tell it. */
  readonly sessionEpoch?: number | undefined;
  readonly signedInAt?: Date | undefined;
}

/** One call of the core that a route made. */
interface CoreCall {
  readonly name: keyof Mfa;
  readonly given: readonly unknown[];
}

/** How a framework's context carries the session. */
interface SessionCarrier<Ctx> {
  cookie(ctx: Ctx): string | undefined;
  /** Sets the cookie, or gives headers that do. */
  setCookie(ctx: Ctx, cookie: string): Headers | undefined;
}

/** A user who has enrolled. */
export interface Enrolled {
  readonly phone: VirtualAuthenticator;
  readonly factorId: string;
  readonly backupCodes: readonly string[];
  /** The code of the current time step. */
  code(): string;
  /** A well-formed code that is not right now. */
  wrong(): string;
}

/** One application under test. */
export interface TestApp {
  readonly mfa: Mfa;
  readonly clock: TestClock;
  readonly accounts: Map<string, Account>;
  readonly sessions: Map<string, Session>;
  readonly store: MfaStore;
  readonly events: MfaEvent[];
  /** What `onError` was called with. */
  readonly reported: unknown[];
  /** What `factorsChanged` was called with, added at its end. */
  readonly changes: FactorsChange[];
  /** Every call that the routes made of the core, oldest first. */
  readonly calls: CoreCall[];
  /** How often the host was asked for the session. */
  asked: number;
  /** What must never be answered in an error or logged. */
  readonly secrets: string[];
  readonly faults: {
    store: 'none' | 'down' | 'losing';
    hasher: 'none' | 'busy';
    /** Thrown by the next call of the core. */
    refusal: MfaError | null;
    /** In place of what the core answers, by call. */
    answers: Partial<Record<keyof Mfa, unknown>>;
    /** Awaited while a password is checked. */
    duringPassword: (() => Promise<void>) | null;
    /** Thrown by every host function. */
    host: Error | null;
    /** Thrown by `factorsChanged`. */
    factorsChanged: Error | null;
  };
  options<Ctx>(): BindingOptions<Ctx>;
  host<Ctx>(carrier: SessionCarrier<Ctx>): Host<Ctx>;
  /** A cookie of a signed-in user. */
  signIn(userId: string, remembered?: Partial<Session>): string;
  /** The session that a cookie names. */
  sessionOf(cookie: string | undefined): Session | undefined;
  enrol(userId: string): Promise<Enrolled>;
  /** The token of a `begin` that asks for something. */
  token(userId: string): Promise<string>;
  lock(userId: string): Promise<void>;
}

/** The relying party of an application with passkeys. */
const PARTY = { rpId: 'example.org', rpName: 'Acme', origins: ['https://example.org'] };

/**
 * Starts an application with the accounts alice and bob.
 * @param passkeys - whether it has passkeys, and the routes for them
 */
export function startApplication({ passkeys = false }: { readonly passkeys?: boolean } = {}): TestApp {
  const clock = testClock();
  const faults: TestApp['faults'] = {
    store: 'none',
    hasher: 'none',
    refusal: null,
    answers: {},
    duringPassword: null,
    host: null,
    factorsChanged: null,
  };
  const changes: FactorsChange[] = [];
  const calls: CoreCall[] = [];
  const store = memoryStore();
  const events: MfaEvent[] = [];
  const reported: unknown[] = [];
  const secrets = [KEY, PASSWORD];
  const accounts = new Map<string, Account>();
  const sessions = new Map<string, Session>();
  for (const userId of ['alice', 'bob']) accounts.set(userId, { accountName: `${userId}@example.com`, active: true });

  const core = createMfa({
    issuer: 'Acme',
    ...(passkeys && { factors: [webauthnFactor(webauthn(PARTY), { userHandle: 'user-id' })] }),
    store: faultyStore(store, faults),
    keys: [KEY],
    async verifyPassword(_userId, password) {
      await faults.duringPassword?.();
      return password === PASSWORD;
    },
    clock,
    trustedDevices: {},
    hasher: async (job) => {
      if (faults.hasher === 'busy') throw new MfaError('busy');
      return quickHasher(job);
    },
    onEvent: (event) => {
      events.push(event);
    },
  });
  const mfa = refusing(core, faults, calls);
  const check = (): void => {
    if (faults.host !== null) throw faults.host;
  };
  let sessionsMade = 0;

  const app: TestApp = {
    mfa,
    clock,
    accounts,
    sessions,
    store,
    events,
    reported,
    changes,
    calls,
    asked: 0,
    secrets,
    faults,
    options: () => ({
      bodyTimeoutSeconds: 0.3,
      onError: (error) => reported.push(error),
      ...(passkeys && { routes: passkeyRoutes }),
    }),
    host: (carrier) => ({
      async session(ctx) {
        app.asked += 1;
        check();
        const session = app.sessionOf(carrier.cookie(ctx));
        const account = session && accounts.get(session.userId);
        if (!session || !account) return null;
        const { userId, sessionEpoch, signedInAt } = session;
        return { userId, accountName: account.accountName, sessionEpoch, signedInAt };
      },
      account(userId) {
        check();
        return accounts.get(userId) ?? null;
      },
      signIn(ctx, { userId, authTime, sessionEpoch }) {
        check();
        return carrier.setCookie(ctx, `${app.signIn(userId, { authTime, sessionEpoch })}; HttpOnly; SameSite=Lax`);
      },
      async factorsChanged(ctx, change) {
        // Longer than a reply takes that does not wait for it.
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (faults.factorsChanged !== null) throw faults.factorsChanged;
        const id = idOf(carrier.cookie(ctx));
        const acting = sessions.get(id);
        // A session that tells no epoch goes on telling none.
        if (acting?.sessionEpoch !== undefined) sessions.set(id, { ...acting, sessionEpoch: change.sessionEpoch });
        changes.push(change);
      },
    }),
    signIn(userId, remembered) {
      const id = `s${(sessionsMade += 1)}`;
      sessions.set(id, { authTime: null, ...remembered, userId });
      return `sid=${id}`;
    },
    sessionOf: (cookie) => sessions.get(idOf(cookie)),
    async enrol(userId) {
      const { uri, secret, backupCodes } = await core.setup({ userId }, { accountName: `${userId}@example.com` });
      const phone = virtualAuthenticator(uri);
      const code = (): string => phone.code(clock());
      const { factorId } = await core.confirm({ userId }, { code: code() });
      clock.advance({ seconds: 30 });
      secrets.push(secret, ...backupCodes);
      return { phone, factorId, backupCodes, code, wrong: () => wrongCode(phone, clock()) };
    },
    async token(userId) {
      const begun = await core.begin(userId);
      if (begun.next === 'signed-in') throw new Error('begin asked for nothing');
      secrets.push(begun.token);
      return begun.token;
    },
    async lock(userId) {
      for (let failure = 0; failure < 10; failure++) await core.passwordFailed(userId);
    },
  };
  return app;
}

function idOf(cookie: string | undefined): string {
  return /sid=(\w+)/.exec(cookie ?? '')?.[1] ?? '';
}

/** A well-formed code that is wrong at this instant. */
export function wrongCode(phone: VirtualAuthenticator, now: number): string {
  const near = [-1, 0, 1].map((step) => phone.code(now + step * 30_000));
  return ['111111', '222222', '333333', '444444'].find((code) => !near.includes(code)) ?? '555555';
}

/** In place of Argon2id: hashing is not the matter here. */
async function quickHasher({ message, salt, digestBytes }: Argon2idJob): Promise<Uint8Array> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array([...salt, ...message]));
  return new Uint8Array(digest).subarray(0, digestBytes);
}

function faultyStore(store: MfaStore, faults: TestApp['faults']): MfaStore {
  const check = (): void => {
    if (faults.store === 'down') throw new Error('connection refused by db.internal:5432');
  };
  return {
    async read(userId) {
      check();
      return store.read(userId);
    },
    async commit(change) {
      check();
      return faults.store === 'losing' ? false : store.commit(change);
    },
    async events(userId, page) {
      check();
      return store.events(userId, page);
    },
    scan: (page) => store.scan(page),
  };
}

/**
 * The core, with a refusal or another answer to come out of its next call, and a record of every call. Reading a token is
 * left alone: it precedes the route's call.
 */
function refusing(mfa: Mfa, faults: TestApp['faults'], calls: CoreCall[]): Mfa {
  const refusingCalls = (Object.keys(mfa) as (keyof Mfa)[])
    .filter((name) => name !== 'tokenHolder' && name !== 'clock')
    .map((name) => [
      name,
      (...input: never[]) => {
        const { refusal, answers } = faults;
        calls.push({ name, given: input });
        if (refusal !== null) return Promise.reject(refusal);
        if (answers[name] !== undefined) return Promise.resolve(answers[name]);
        return (mfa[name] as (...given: never[]) => unknown)(...input);
      },
    ]);
  return { ...mfa, ...(Object.fromEntries(refusingCalls) as Partial<Mfa>) };
}

/** Acme for tests: the application in memory, on a clock of the test's. */
import { memoryStore } from '@mfakit/memory';
import {
  quickHasher,
  testClock,
  virtualAuthenticator,
  type TestClock,
  type VirtualAuthenticator,
} from '@mfakit/testkit';
import { createApplication, toReply, type Application, type Sql, type Visitor } from '../src/index.ts';
import { memorySql } from './database.ts';

/** Any key will do. */
export const KEYS: readonly string[] = [
  Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64'),
];

export const PASSWORD = 'a few good words';

/** An application, and what it stands on. */
export interface Stage {
  readonly acme: Application;
  readonly clock: TestClock;
  readonly sql: Sql;
  readonly store: ReturnType<typeof memoryStore>;
}

/** Starts one. */
export async function start(): Promise<Stage> {
  const clock = testClock();
  const sql = memorySql();
  const store = memoryStore();
  return {
    acme: await createApplication({ sql, store, origin: visitor.origin, keys: KEYS, clock, hasher: quickHasher }),
    clock,
    sql,
    store,
  };
}

/** A request without a session. */
export const visitor: Visitor = {
  cookies: undefined,
  ip: '192.0.2.1',
  userAgent: 'test',
  origin: 'https://acme.example',
};

/** A request with the session that an answer set. */
export function withCookie(cookie: string | null | undefined): Visitor {
  return { ...visitor, cookies: cookie?.split(';')[0] };
}

/** The status of a refusal; 200 if there is none. */
export async function statusOf(call: Promise<unknown>, now = 0): Promise<number> {
  return call.then(
    () => 200,
    (error: unknown) => toReply(error, now).status,
  );
}

/** The code of a refusal; `none` if there is none. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: unknown) => String((toReply(error, 0).body as { readonly code?: string }).code),
  );
}

/** Someone who signed up. */
export interface Person {
  readonly userId: string;
  /** With the session of the sign-up. */
  readonly visitor: Visitor;
}

/** Signs someone up. */
export async function signUp({ acme }: Stage, userName: string): Promise<Person> {
  const { cookies } = await acme.signUp({ user_name: userName, password: PASSWORD }, visitor);
  const account = await acme.accounts.byName(userName);
  return { userId: account?.id ?? '', visitor: withCookie(cookies?.[0]) };
}

/** Turns two-step verification on. */
export async function enroll({ acme, clock }: Stage, { userId }: Person): Promise<VirtualAuthenticator> {
  const { uri } = await acme.mfa.setup({ userId }, { accountName: 'someone' });
  const app = virtualAuthenticator(uri);
  await acme.mfa.confirm({ userId }, { code: app.code(clock()) });
  clock.advance({ seconds: 30 });
  return app;
}

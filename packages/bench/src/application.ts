/** Application: mfakit over a store, with enrolled users and a test clock. Cheap to prepare, with real verification. */
import { createMfa, type CodeHasher, type Mfa, type MfaOptions, type MfaStore } from '@mfakit/core';
import {
  quickHasher,
  testClock,
  virtualAuthenticator,
  type TestClock,
  type VirtualAuthenticator,
} from '@mfakit/testkit';

/** A master key for benchmarks: bytes 0 to 31. */
export const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

/** Another one: bytes 1 to 32. */
export const OTHER_KEY = 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=';

/** A user who has enrolled. */
export interface User {
  readonly userId: string;
  readonly phone: VirtualAuthenticator;
}

/** What a user sends to `verify`. */
export interface Login {
  readonly token: string;
  readonly code: string;
}

/** One application. */
export interface Application {
  readonly mfa: Mfa;
  readonly clock: TestClock;
  readonly enrol: (userId: string) => Promise<User>;
  /**
   * Moves the clock on, so that everyone has a fresh code, and begins a login of each user.
   * @param afterSeconds - by default an hour: the token of the last login is forgotten by then, as for most users
   */
  readonly logins: (users: readonly User[], afterSeconds?: number) => Promise<readonly Login[]>;
}

/** Options of an application; `hasher: 'default'` takes the default hasher of core. */
export type ApplicationOptions = Partial<Omit<MfaOptions, 'hasher' | 'clock'>> & {
  readonly clock?: TestClock;
  readonly hasher?: CodeHasher | 'default';
  /** That of another commit, if the store is that commit's. */
  readonly create?: typeof createMfa;
};

/** Starts an application over a store. */
export function startApplication(
  store: MfaStore,
  { clock = testClock(), hasher = quickHasher, create = createMfa, ...options }: ApplicationOptions = {},
): Application {
  const mfa = create({
    issuer: 'Acme',
    store,
    keys: [KEY],
    verifyPassword: async () => true,
    clock,
    ...(hasher === 'default' ? {} : { hasher }),
    ...options,
  });
  return {
    mfa,
    clock,
    async enrol(userId) {
      const { uri } = await mfa.setup({ userId }, { accountName: `${userId}@example.com` });
      const phone = virtualAuthenticator(uri);
      await mfa.confirm({ userId }, { code: phone.code(clock()) });
      return { userId, phone };
    },
    async logins(users, afterSeconds = 3600) {
      clock.advance({ seconds: afterSeconds });
      const logins: Login[] = [];
      for (const { userId, phone } of users) {
        logins.push({ token: await tokenOf(mfa, userId), code: phone.code(clock()) });
      }
      return logins;
    },
  };
}

/** Enrolls users named `user-0`, `user-1` and so on. */
export async function enrolMany(application: Application, howMany: number): Promise<readonly User[]> {
  const users: User[] = [];
  for (let i = 0; i < howMany; i += 1) users.push(await application.enrol(`user-${i}`));
  return users;
}

/** The token of a `begin` that must ask for a second factor. */
export async function tokenOf(mfa: Mfa, userId: string): Promise<string> {
  const begun = await mfa.begin(userId);
  if (begun.next !== 'verify') throw new Error(`begin gave ${begun.next}`);
  return begun.token;
}

/** A well-formed code that none of the phones shows near the given instant. */
export function wrongCode(phones: readonly VirtualAuthenticator[], now: number): string {
  const near = new Set(phones.flatMap((phone) => [-2, -1, 0, 1, 2].map((step) => phone.code(now + step * 30_000))));
  for (let candidate = 0; ; candidate += 1) {
    const code = String(candidate).padStart(6, '0');
    if (!near.has(code)) return code;
  }
}

/** An item of an array that the benchmark has filled far enough. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`nothing was prepared at ${index}`);
  return item;
}

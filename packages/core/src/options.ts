/** Options of createMfa: their types, limits and defaults, checked at once and named in every complaint. */
import * as z from 'zod/mini';
import type { Clock, EventSink } from './decide.ts';
import type { CodeHasher } from './crypto/code-hasher.ts';
import type { RandomSource } from './crypto/random.ts';
import { trustedDeviceOptions, type DevicePolicy, type TrustedDeviceOptions } from './devices/options.ts';
import { backupCodeOptions, type BackupCodeOptions } from './factors/backup-codes/options.ts';
import type { FactorKindFactory } from './factors/factor-kind.ts';
import { totpOptions, type TotpOptions } from './factors/totp/options.ts';
import type { LockoutPolicy } from './policies/lockout.ts';
import type { Observer } from './observe/observer.ts';
import { whole, withDefault } from './record/fields.ts';
import type { Require } from './policies/requirement.ts';
import type { MfaStore } from './store.ts';

/**
 * Checks a user's password. `true` is right, `'none'` means that this user has no password, and anything else counts as
 * wrong; a throw refuses with `store_unavailable`. Called once per attempt, and only after the attempt was counted.
 *
 * The empty string is never a password: it asks whether the user has one. Answer `'none'` or `false`, without hashing.
 */
export type PasswordVerifier = (userId: string, password: string) => Promise<boolean | 'none'>;

/** What createMfa needs, and what can be set. */
export interface MfaOptions {
  /** The name users see in their authenticator app; 1 to 64 bytes of UTF-8, no colon. */
  readonly issuer: string;
  /**
   * Where records and events are kept: `postgresStore(...)`, `sqliteStore(...)`, or a store of your own. It has
   * no default.
   */
  readonly store: MfaStore;
  /** Master keys, newest first: 32 random bytes each, base64 or base64url. The first one seals, all of them open. */
  readonly keys: readonly string[];
  /** The host's password check, or the literal `'passwordless'` if no user has a password. */
  readonly verifyPassword: PasswordVerifier | 'passwordless';
  /**
   * Parameters of the codes of authenticator apps. Default: 6 digits of SHA-1 every 30 s, one step of tolerance,
   * as every app can.
   */
  readonly totp?: TotpOptions;
  /** How many backup codes a user gets, and in what form. Default: 10 of `XXXX-XXXX-XXXX-XXXX`, 80 bits each. */
  readonly backupCodes?: BackupCodeOptions;
  /** Kinds of factor beside the built-in ones. Remove one only when no stored factor is of its kind: such records refuse. */
  readonly factors?: readonly FactorKindFactory[];
  /**
   * Defaults: 10 failures lock for 1,800 s, doubled up to 86,400 s; 100 lock until `unlock`. After `slowLimit` wrong codes
   * in `slowDays` days (1 to 100 and 1 to 365, default 30 each), which no success resets, two consecutive codes are asked
   * for. With 6 digits and a window of three steps a guesser then has one chance in 840 in a year, however often the owner
   * signs in.
   */
  readonly lockout?: Partial<LockoutPolicy>;
  /**
   * Who must have a second factor, beside what `enforce` stores: `'all'`, or from when on a user must, `null` for never;
   * with time to enroll, a `Requirement`. The stricter of the two wins; `exempt` with an end lifts both. Asked at every
   * call, so it must be fast. A throw, a promise that is rejected, and one that takes 10 s refuse the call.
   */
  readonly require?: Require;
  /** Life of a token for `verify`; 30 to 600, default 300. */
  readonly challengeTtlSeconds?: number;
  /** Life of a setup that waits for its first code, and of an enroll token with its setup; 60 to 3,600, default 600. */
  readonly setupTtlSeconds?: number;
  /** Active factors per user; 1 to 20, default 5. */
  readonly maxFactors?: number;
  /** How long hashes of backup codes that `importUser` took over are good; 1 to 365, default 180. */
  readonly importedCodesDays?: number;
  /** Browsers that need no second factor for some days. Default: none, and their cookies are ignored. */
  readonly trustedDevices?: TrustedDeviceOptions;
  /** Called with every committed event. */
  readonly onEvent?: EventSink;
  /** Is told what the library does and how long that took, for metrics and traces. */
  readonly observe?: Observer;
  /** Epoch milliseconds; default `Date.now`, looked up at each call, so that faked timers work. */
  readonly clock?: Clock;
  /** Default: the runtime's CSPRNG. */
  readonly random?: RandomSource;
  /** Default: the fastest Argon2id that the runtime has. */
  readonly hasher?: CodeHasher;
}

/** Options with every default filled in, except those of the ports. */
export type ResolvedOptions = Required<
  Omit<MfaOptions, 'store' | 'require' | 'trustedDevices' | 'onEvent' | 'observe' | 'clock' | 'random' | 'hasher'>
> & {
  readonly totp: Required<TotpOptions>;
  readonly backupCodes: Required<BackupCodeOptions>;
  readonly lockout: LockoutPolicy;
  readonly require?: Require | undefined;
  readonly trustedDevices?: DevicePolicy | undefined;
};

const TEN_YEARS_SECONDS = 315_360_000;

/** A port: a value that fails its check has the wrong type. */
const port = <T>(check: (value: unknown) => boolean, error: string): z.ZodMiniType<T> =>
  z.custom<T>(check, { error, params: { wrongType: true } });

const callable = port<(...input: never[]) => unknown>((value) => typeof value === 'function', 'must be a function');

const store = port<MfaStore>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    (['read', 'commit', 'events', 'scan'] as const).every((method) => typeof Reflect.get(value, method) === 'function'),
  'must have the methods read, commit, events and scan',
);

const observer = port<Observer>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    (['call', 'store', 'hash'] as const).every((method) =>
      ['undefined', 'function'].includes(typeof Reflect.get(value, method)),
    ),
  'must be an object whose call, store and hash are functions',
);

const issuer = z.string().check(
  z.minLength(1, 'must not be empty'),
  z.refine((text) => new TextEncoder().encode(text).length <= 64, 'must be at most 64 bytes of UTF-8'),
  z.refine((text) => text.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(text), 'must be printable'),
  z.refine((text) => !text.includes(':'), 'must not contain a colon'),
);

const lockout = z
  .strictObject({
    maxFailures: withDefault(whole(1, 100), 10),
    durationSeconds: withDefault(whole(1, TEN_YEARS_SECONDS), 1800),
    maxDurationSeconds: withDefault(whole(1, TEN_YEARS_SECONDS), 86_400),
    hardLimit: withDefault(whole(1, 100), 100),
    slowLimit: withDefault(whole(1, 100), 30),
    slowDays: withDefault(whole(1, 365), 30),
  })
  .check(
    z.refine(({ hardLimit, maxFailures }) => hardLimit >= maxFailures, 'hardLimit must not be below maxFailures'),
    z.refine(
      ({ maxDurationSeconds, durationSeconds }) => maxDurationSeconds >= durationSeconds,
      'maxDurationSeconds must not be below durationSeconds',
    ),
  );

/** Checks {@link MfaOptions} and fills in the defaults; the page about options is compared with it. */
export const optionsSchema: z.ZodMiniType<ResolvedOptions> = z.strictObject({
  issuer,
  store,
  keys: z.array(z.string()).check(z.minLength(1, 'must not be empty')),
  verifyPassword: port<PasswordVerifier | 'passwordless'>(
    (value) => typeof value === 'function' || value === 'passwordless',
    "must be a function or the literal 'passwordless'",
  ),
  totp: totpOptions,
  backupCodes: backupCodeOptions,
  factors: withDefault(
    z.array(port<FactorKindFactory>((value) => typeof value === 'function', 'must be a function')),
    [],
  ),
  lockout: z.prefault(lockout, {}),
  require: z.optional(
    port<Require>((value) => typeof value === 'function' || value === 'all', "must be a function or the literal 'all'"),
  ),
  challengeTtlSeconds: withDefault(whole(30, 600), 300),
  setupTtlSeconds: withDefault(whole(60, 3600), 600),
  maxFactors: withDefault(whole(1, 20), 5),
  importedCodesDays: withDefault(whole(1, 365), 180),
  trustedDevices: z.optional(trustedDeviceOptions),
  onEvent: z.optional(callable),
  observe: z.optional(observer),
  clock: z.optional(callable),
  random: z.optional(callable),
  hasher: z.optional(callable),
});

/** The rule that was broken, never the value. Checks with a sentence of their own keep it. */
function ruleOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'an integer' : `of type ${issue.expected}`}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `there is no option ${issue.keys.join(', ')}`;
    default:
      return 'is not valid';
  }
}

/**
 * @throws {TypeError} if an option has the wrong type, is missing or unknown
 * @throws {RangeError} if its value is out of bounds
 */
export function resolveOptions(options: MfaOptions): ResolvedOptions {
  const parsed = optionsSchema.safeParse(options, { error: ruleOf });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).reduce<string>(
    (outer, key) => (typeof key === 'number' ? `${outer}[${key}]` : `${outer}${outer === '' ? '' : '.'}${String(key)}`),
    '',
  );
  const message = `createMfa: ${path === '' ? 'options' : path}: ${issue?.message ?? 'invalid'}`;
  const wrongType =
    issue?.code === 'invalid_type' ||
    issue?.code === 'unrecognized_keys' ||
    (issue?.code === 'custom' && issue.params?.['wrongType'] === true);
  throw wrongType ? new TypeError(message) : new RangeError(message);
}

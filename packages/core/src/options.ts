/** Options of createMfa: their types, limits and defaults, checked at once and named in every complaint. */
import * as z from 'zod';
import type { Clock, EventSink } from './commit.ts';
import type { CodeHasher } from './crypto/code-hasher.ts';
import type { RandomSource } from './crypto/random.ts';
import { BACKUP_CODE_SYMBOLS } from './factors/backup-codes.ts';
import type { LockoutPolicy } from './policies/lockout.ts';
import type { TotpAlgorithm, TotpDigits } from './record.ts';
import type { MfaStore } from './store.ts';

/**
 * Tells whether a password is the user's. Anything but `true` counts as wrong; a throw refuses with `store_unavailable`.
 * Runs once per attempt, and only after the attempt was counted.
 */
export type PasswordVerifier = (userId: string, password: string) => Promise<boolean>;

/** How new TOTP factors are made. Enrolled factors keep the parameters they were made with. */
export interface TotpOptions {
  /** Default `SHA1`: many apps silently ignore anything else. */
  readonly algorithm?: TotpAlgorithm;
  /** Default 6. */
  readonly digits?: TotpDigits;
  /** Length of a time step; 1 to 120, default 30. */
  readonly periodSeconds?: number;
  /** Steps accepted before and after the current one, for enrolled factors too; 0 to 2, default 1 (RFC 6238 §5.2). */
  readonly windowSteps?: number;
  /** 16 to 64; default: the output length of the algorithm's hash, 20 for SHA1 (RFC 4226 §4 R6, RFC 6238 §5.1). */
  readonly secretBytes?: number;
}

/** How new backup codes are made. */
export interface BackupCodeOptions {
  /** Codes in a set; 1 to 100, default 10. */
  readonly count?: number;
  /**
   * Groups of `X` joined by dashes, 8 to 32 in all, 5 random bits each. Default `XXXX-XXXX` (40 bits);
   * `XXXX-XXXX-XXXX-XXXX` gives the 80 bits of a code that needs no throttling.
   */
  readonly format?: string;
}

/** What createMfa needs and what it can be told. */
export interface MfaOptions {
  /** The name users see in their authenticator app; 1 to 64 bytes of UTF-8, no colon. */
  readonly issuer: string;
  readonly store: MfaStore;
  /** Master keys, newest first: 32 random bytes each, base64 or base64url. The first one seals, all of them open. */
  readonly keys: readonly string[];
  /** The host's password check, or the literal `'passwordless'` where users have no password. */
  readonly verifyPassword: PasswordVerifier | 'passwordless';
  readonly totp?: TotpOptions;
  readonly backupCodes?: BackupCodeOptions;
  /** Defaults: 10 failures lock for 1,800 s, doubled up to 86,400 s; 100 lock until `unlock`. */
  readonly lockout?: Partial<LockoutPolicy>;
  /** Life of a challenge token; 30 to 600, default 300. */
  readonly challengeTtlSeconds?: number;
  /** Life of a setup that waits for its first code; 60 to 3,600, default 600. */
  readonly setupTtlSeconds?: number;
  /** Active factors per user; 1 to 20, default 5. */
  readonly maxFactors?: number;
  /** Is told every committed event. */
  readonly onEvent?: EventSink;
  /** Epoch milliseconds; default `Date.now`. */
  readonly clock?: Clock;
  /** Default: the runtime's CSPRNG. */
  readonly random?: RandomSource;
  /** Default: the fastest Argon2id that the runtime has. */
  readonly hasher?: CodeHasher;
}

/** Options with every default filled in, but for those of the ports. */
export interface ResolvedOptions {
  readonly issuer: string;
  readonly keys: readonly string[];
  readonly verifyPassword: PasswordVerifier | 'passwordless';
  readonly totp: Readonly<Required<TotpOptions>>;
  readonly backupCodes: Readonly<Required<BackupCodeOptions>>;
  readonly lockout: LockoutPolicy;
  readonly challengeTtlSeconds: number;
  readonly setupTtlSeconds: number;
  readonly maxFactors: number;
}

const SECRET_BYTES = { SHA1: 20, SHA256: 32, SHA512: 64 } as const;
const TEN_YEARS_SECONDS = 315_360_000;

/** A port: what fails its check has the wrong type. */
const port = <T>(check: (value: unknown) => boolean, error: string): z.ZodType<T> =>
  z.custom<T>(check, { error, params: { wrongType: true } });

const callable = port<(...input: never[]) => unknown>((value) => typeof value === 'function', 'must be a function');

const store = port<MfaStore>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    (['read', 'commit', 'events', 'scan'] as const).every((method) => typeof Reflect.get(value, method) === 'function'),
  'must have the methods read, commit, events and scan',
);

const issuer = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).length <= 64, 'must be at most 64 bytes of UTF-8')
  .refine((text) => text.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(text), 'must be printable')
  .refine((text) => !text.includes(':'), 'must not contain a colon');

const format = z
  .string()
  .regex(/^X+(-X+)*$/, 'must be groups of X joined by dashes')
  .refine((pattern) => {
    const symbols = pattern.replaceAll('-', '').length;
    return symbols >= BACKUP_CODE_SYMBOLS.min && symbols <= BACKUP_CODE_SYMBOLS.max;
  }, `must have ${BACKUP_CODE_SYMBOLS.min} to ${BACKUP_CODE_SYMBOLS.max} X: fewer could be guessed`);

const schema: z.ZodType<ResolvedOptions> = z.strictObject({
  issuer,
  store,
  keys: z.array(z.string()).min(1),
  verifyPassword: port<PasswordVerifier | 'passwordless'>(
    (value) => typeof value === 'function' || value === 'passwordless',
    "must be a function or the literal 'passwordless'",
  ),
  totp: z
    .strictObject({
      algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']).default('SHA1'),
      digits: z.literal([6, 7, 8]).default(6),
      periodSeconds: z.int().min(1).max(120).default(30),
      windowSteps: z.int().min(0).max(2).default(1),
      secretBytes: z.int().min(16).max(64).optional(),
    })
    .prefault({})
    .transform((totp) => ({ ...totp, secretBytes: totp.secretBytes ?? SECRET_BYTES[totp.algorithm] })),
  backupCodes: z
    .strictObject({ count: z.int().min(1).max(100).default(10), format: format.default('XXXX-XXXX') })
    .prefault({}),
  lockout: z
    .strictObject({
      maxFailures: z.int().min(1).max(100).default(10),
      durationSeconds: z.int().min(1).max(TEN_YEARS_SECONDS).default(1800),
      maxDurationSeconds: z.int().min(1).max(TEN_YEARS_SECONDS).default(86_400),
      hardLimit: z.int().min(1).max(100).default(100),
    })
    .prefault({})
    .refine((lockout) => lockout.hardLimit >= lockout.maxFailures, 'hardLimit must not be below maxFailures')
    .refine(
      (lockout) => lockout.maxDurationSeconds >= lockout.durationSeconds,
      'maxDurationSeconds must not be below durationSeconds',
    ),
  challengeTtlSeconds: z.int().min(30).max(600).default(300),
  setupTtlSeconds: z.int().min(60).max(3600).default(600),
  maxFactors: z.int().min(1).max(20).default(5),
  onEvent: callable.optional(),
  clock: callable.optional(),
  random: callable.optional(),
  hasher: callable.optional(),
});

/**
 * @throws {TypeError} where an option has the wrong type or is missing or unknown
 * @throws {RangeError} where its value is out of bounds
 */
export function resolveOptions(options: MfaOptions): ResolvedOptions {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  const message = `createMfa: ${path === '' ? 'options' : path}: ${issue?.message ?? 'invalid'}`;
  const wrongType =
    issue?.code === 'invalid_type' ||
    issue?.code === 'unrecognized_keys' ||
    (issue?.code === 'custom' && issue.params?.['wrongType'] === true);
  throw wrongType ? new TypeError(message) : new RangeError(message);
}

/** status: shows signed-in users what protects them. */
import type { FactorStatus } from '@mfakit/core';
import * as z from 'zod';
import { instant } from '../fields.ts';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';
import { assertCurrent } from '../session-epoch.ts';
import { toSnakeCase } from '../snake-case.ts';

/** An active factor. */
export interface WireFactorStatus {
  /** To remove it by. */
  readonly id: string;
  /** `totp`, or a kind that the application added. */
  readonly kind: string;
  /** The user's own name for it. */
  readonly label: string;
  /** When its setup began (ISO 8601). */
  readonly created_at: string;
  /** When it was last accepted (ISO 8601). */
  readonly last_used_at: string;
  /** What its kind adds. */
  readonly [added: string]: unknown;
}

/** A browser that needs no second factor to sign in. */
export interface WireDevice {
  /** To forget it by. */
  readonly id: string;
  /** What the user is shown, such as `Firefox on Windows`. */
  readonly label: string;
  /** When the user began to trust it (ISO 8601). */
  readonly created_at: string;
  /** When it last took the place of a second factor (ISO 8601). */
  readonly last_used_at: string;
  /** When the trust ends, used or not (ISO 8601). */
  readonly expires_at: string;
}

/** What users may see of their own protection. */
export interface StatusReply {
  /** Whether the user has a second factor. */
  readonly enabled: boolean;
  /** Backup codes that are unspent; 0 to 100. */
  readonly backup_codes_remaining: number;
  /** The active ones, oldest first. */
  readonly factors: readonly WireFactorStatus[];
  /** The browsers that the user trusts. */
  readonly devices: readonly WireDevice[];
  /** Whether a proof takes the password beside a second factor. */
  readonly password_needed: boolean;
  /** `from`: the instant from which MFA is required, past or future. `rule` names what demands it, if policy does. */
  readonly enforcement: {
    /** The instant from which MFA is required (ISO 8601). */
    readonly from: string;
    /** What demands it, as policy names it. */
    readonly rule?: string | undefined;
  } | null;
  /** When the time that policy leaves to enroll began to count. */
  readonly grace_since?: string | undefined;
  /** Nothing requires MFA before. */
  readonly exempt_until?: string | undefined;
  /** Whether sign-ins are refused. Codes are refused in this session, too, if `tries_left` is 0. */
  readonly locked: boolean;
  /** When that ends; `null` if nothing is locked, or if only support can unlock. */
  readonly locked_until: string | null;
  /** How many wrong codes lock this session; `null` if none was wrong since the last success. */
  readonly tries_left: number | null;
}

/** Its kind may add further properties. */
const factor: z.ZodType<WireFactorStatus> = z.looseObject({
  id: z.string(),
  kind: z.string().meta({ description: '`totp`, or a kind that the application added.' }),
  label: z.string(),
  created_at: instant,
  last_used_at: instant,
});

const device: z.ZodType<WireDevice> = z.strictObject({
  id: z.string(),
  label: z.string(),
  created_at: instant,
  last_used_at: instant,
  expires_at: instant,
});

/** The route. */
export const status: SessionRoute<null, StatusReply> = {
  ...PATHS.status,
  summary: 'What protects the signed-in user',
  who: 'session',
  inputFrom: null,
  input: null,
  reply: z.strictObject({
    enabled: z.boolean(),
    backup_codes_remaining: z.int().min(0),
    factors: z.array(factor).readonly(),
    devices: z.array(device).readonly().meta({ description: 'The browsers that the user trusts.' }),
    password_needed: z.boolean().meta({ description: 'Whether a proof takes the password beside a second factor.' }),
    enforcement: z.strictObject({ from: instant, rule: z.string().optional() }).nullable().meta({
      description: 'The instant from which MFA is required, and what demands it if policy does; null: it is not.',
    }),
    grace_since: instant.optional().meta({ description: 'When the time that policy leaves to enroll began to count.' }),
    exempt_until: instant.optional().meta({ description: 'Nothing requires MFA before.' }),
    locked: z.boolean().meta({
      description: 'Whether sign-ins are refused. Codes are refused in this session, too, if `tries_left` is 0.',
    }),
    locked_until: instant
      .nullable()
      .meta({ description: 'When that ends; null: nothing is locked, or only support can unlock.' }),
    tries_left: z.int().min(0).nullable().meta({
      description: 'How many wrong codes lock this session; null: none was wrong since the last success.',
    }),
  }),
  refusals: [],
  async call({ mfa, userId, request }) {
    const { enabled, factors, devices, backupCodesRemaining, passwordNeeded, enforcement, ...rest } =
      await mfa.status(userId);
    assertCurrent(request, rest.sessionEpoch);
    return {
      reply: {
        enabled,
        backup_codes_remaining: backupCodesRemaining,
        factors: factors.map(toWireFactor),
        devices: devices.map(({ id, label, createdAt, lastUsedAt, expiresAt }) => ({
          id,
          label,
          created_at: createdAt.toISOString(),
          last_used_at: lastUsedAt.toISOString(),
          expires_at: expiresAt.toISOString(),
        })),
        password_needed: passwordNeeded,
        enforcement: enforcement && { ...enforcement, from: enforcement.from.toISOString() },
        grace_since: rest.graceSince?.toISOString(),
        exempt_until: rest.exemptUntil?.toISOString(),
        locked: rest.locked,
        locked_until: rest.lockedUntil?.toISOString() ?? null,
        tries_left: rest.triesLeft,
      },
    };
  },
};

function toWireFactor({ createdAt, lastUsedAt, ...shown }: FactorStatus): WireFactorStatus {
  const named = Object.entries(shown).map(([name, value]) => [toSnakeCase(name), value] as const);
  return {
    ...(Object.fromEntries(named) as Pick<WireFactorStatus, 'id' | 'kind' | 'label'>),
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt.toISOString(),
  };
}

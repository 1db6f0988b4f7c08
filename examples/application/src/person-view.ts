/** Person view: what administrators are told of somebody, as JSON. */
import type { MfaStatus } from '@mfakit/core';
import type { Shown } from './people.ts';

/** An instant as text; `null`: none. */
const text = (instant: Date | null | undefined): string | null => instant?.toISOString() ?? null;

/** Somebody in a list. @param now - epoch milliseconds: browsers have clocks of their own */
export function viewOf({ id, userName, isAdmin, status }: Shown, now: number): object {
  return { id, user_name: userName, is_admin: isAdmin, mfa: status && mfaOf(status, now) };
}

/** Somebody on a page of their own. */
export function fullViewOf(shown: Shown, now: number): object {
  const { status } = shown;
  return {
    ...viewOf(shown, now),
    factors: (status?.factors ?? []).map(({ kind, label, createdAt, lastUsedAt }) => ({
      kind,
      label,
      created_at: text(createdAt),
      last_used_at: text(lastUsedAt),
    })),
    trusted_browsers: status?.devices.length ?? 0,
  };
}

function mfaOf(status: MfaStatus, now: number): object {
  const { enabled, factors, backupCodesRemaining, enforcement, locked, lockedUntil } = status;
  const lastUsed = Math.max(...factors.map(({ lastUsedAt }) => lastUsedAt.getTime()));
  return {
    enabled,
    kinds: [...new Set(factors.map(({ kind }) => kind))],
    backup_codes_remaining: backupCodesRemaining,
    last_used_at: enabled ? text(new Date(lastUsed)) : null,
    required_from: text(enforcement?.from),
    required_now: enforcement !== null && enforcement.from.getTime() <= now,
    locked,
    locked_until: text(lockedUntil),
  };
}

/** Journal: every commit that landed, in the order of landing, with the call that sent it, and every event that was told. */
import type { MfaEvent, MfaRecord, StoredRecord, Swap } from '@mfakit/core';

/** A commit that landed. */
export interface Landing {
  readonly userId: string;
  /** The call that sent it. */
  readonly sender: Played;
  readonly before: MfaRecord | null;
  readonly after: MfaRecord | null;
  /** What it added, with the call that each event names. */
  readonly events: readonly MfaEvent[];
  readonly erases: boolean;
}

/** What a call presents as its second factor. */
export type Credential =
  | { readonly kind: 'code'; readonly factorId: string; readonly steps: readonly number[]; readonly offset: number }
  | { readonly kind: 'backup code'; readonly code: string; readonly origin: string }
  /** Of a passkey; `count` is 0 if it does not count. */
  | { readonly kind: 'assertion'; readonly factorId: string; readonly count: number; readonly challenge: string }
  /** The first answer of a passkey. */
  | { readonly kind: 'registration'; readonly factorId: string }
  | { readonly kind: 'wrong' };

/** A token, and what was written when it was issued. */
export interface IssuedToken {
  readonly text: string;
  /** Empty if nobody is known yet. */
  readonly userId: string;
  readonly purpose: 'verify' | 'enroll' | 'prove' | 'alone';
  /** What a passkey signs to answer it; absent if the user has none. */
  readonly challenge?: string | undefined;
  readonly expiresAt: number;
  /** How many commits of its user had landed when its caller had it. */
  readonly heldFrom: number;
  /** The same when it was asked for. */
  readonly issuedFrom: number;
}

/** A call, as it was made and as it ended. */
export interface Played {
  readonly id: number;
  readonly name: string;
  readonly userId: string;
  readonly instance: number;
  readonly credential: Credential | null;
  readonly password: 'right' | 'wrong' | null;
  readonly token: IssuedToken | null;
  /** The device cookie that came with it. */
  readonly cookie: string | undefined;
  /** The instant or number that the call is about, if it is about one. */
  readonly about: number | null;
  readonly sessionEpoch: number | undefined;
  readonly startedAt: number;
  /** How many commits of its user had landed when it began. */
  readonly from: number;
  /** The same when it first read the record. */
  read: number | null;
  endedAt: number;
  to: number;
  /** `accepted`, the code of the refusal, or `null` while it runs. */
  outcome: string | null;
  result: unknown;
}

/** Everything that happened. */
export class Journal {
  readonly landings = new Map<string, Landing[]>();
  readonly calls: Played[] = [];
  /** What broke a rule. A rule that threw inside of a store would be taken for an outage. */
  readonly violations: string[] = [];
  /** One line for everything, to compare two runs and to read what led to a violation. */
  readonly lines: string[] = [];
  /** The call that had a new cookie for each one that was presented. */
  readonly rotations = new Map<string, Played>();
  readonly spentCodes = new Set<string>();
  /** What showed the backup codes that are in force, by user. */
  readonly origins = new Map<string, string>();
  /** What showed the backup codes of each version of a record. */
  readonly sets = new Map<MfaRecord | null, string | undefined>();
  /** How often `onEvent` was called with each event. */
  readonly told = new Map<string, number>();
  readonly #heads = new Map<string, StoredRecord>();

  of(userId: string): Landing[] {
    const landings = this.landings.get(userId) ?? [];
    this.landings.set(userId, landings);
    return landings;
  }

  head(userId: string): MfaRecord | null {
    return this.#heads.get(userId)?.record ?? null;
  }

  /** @returns what this commit has changed; `null` if it had landed before */
  land(swap: Swap, sender: Played): Landing | null {
    const { userId, next, events } = swap;
    const head = this.#heads.get(userId);
    if (head?.revision === next?.revision) return null;
    if (next === null) this.#heads.delete(userId);
    else this.#heads.set(userId, next);
    const landing: Landing = {
      userId,
      sender,
      before: head?.record ?? null,
      after: next?.record ?? null,
      events: events === 'erase' ? [] : events,
      erases: events === 'erase',
    };
    this.of(userId).push(landing);
    const what = events === 'erase' ? 'erases everything' : events.map(brief).join(', ');
    this.say(sender, `landed for ${userId}: ${what}`);
    return landing;
  }

  say(call: Played, what: string): void {
    this.lines.push(`#${call.id} ${call.name}@${call.instance} ${what}`);
  }

  /** Notes a broken rule. */
  require(holds: boolean, rule: string, call: Played | null, detail = ''): void {
    if (holds) return;
    this.violations.push(`${rule}${call === null ? '' : ` (#${call.id} ${call.name}: ${call.outcome})`} ${detail}`);
  }

  /** The call that an event names. */
  callOf({ userAgent }: MfaEvent): Played | undefined {
    return this.calls[Number(userAgent?.slice('call-'.length))];
  }

  /** Every version of the record that a call can have seen. */
  seenBy({ userId, from, to }: Played): readonly (MfaRecord | null)[] {
    const landings = this.of(userId);
    return [
      landings[from]?.before ?? landings[from - 1]?.after ?? null,
      ...landings.slice(from, to).map((l) => l.after),
    ];
  }
}

function brief(event: MfaEvent): string {
  const { seq, type, userAgent } = event;
  const failures = 'failures' in event ? ` ${event.failures}` : '';
  return `${seq} ${type}${failures}${'reason' in event ? ` ${event.reason}` : ''} by ${userAgent ?? 'nobody'}`;
}

/** Refusals that count as no failure. */
export const UNCOUNTED: readonly string[] = [
  'code_already_used',
  'invalid_assertion',
  'counter_regressed',
  'backup_eligibility_changed',
];

/** Whether a version of a record is locked at an instant. */
export function lockedAt(record: MfaRecord | null, at: number): boolean {
  return record !== null && record.lockout.lockedUntil !== null && at < record.lockout.lockedUntil;
}

/** The streak that an attempt is charged in: that of its password, or that of codes. When it has ended, the charge is gone. */
export function streakOf(record: MfaRecord | null, call: Played): number {
  return (call.password === null ? record?.lockout.streak : record?.lockout.passwordStreak) ?? 0;
}

/** The routes of administration. Every refusal throws a `ClientProblem`. */
import { ask } from './api.ts';

/** Whom the list can show, in the order in which it offers them. */
export const SHOWS = {
  everyone: 'Everyone',
  off: 'Off',
  on: 'On',
  must: 'Must set it up',
  overdue: 'Overdue',
  locked: 'Locked',
  no_codes: 'No backup codes',
} as const;
export type Show = keyof typeof SHOWS;

/** Somebody's two-step verification. Instants are in ISO 8601. */
export interface PersonMfa {
  readonly enabled: boolean;
  readonly kinds: readonly string[];
  readonly backup_codes_remaining: number;
  readonly last_used_at: string | null;
  readonly required_from: string | null;
  /** Whether that instant has passed. */
  readonly required_now: boolean;
  readonly locked: boolean;
  /** `null` beside `locked`: until somebody unlocks. */
  readonly locked_until: string | null;
}

/** Somebody in a list. */
export interface ListedPerson {
  readonly id: string;
  readonly user_name: string;
  readonly is_admin: boolean;
  /** `null`: it cannot be read now. */
  readonly mfa: PersonMfa | null;
}

/** Somebody on a page of their own. */
export interface FullPerson extends ListedPerson {
  readonly factors: readonly {
    readonly kind: string;
    readonly label: string;
    readonly created_at: string;
    readonly last_used_at: string;
  }[];
  readonly trusted_browsers: number;
}

/** A page of the list. */
export interface PeopleReply {
  readonly users: readonly ListedPerson[];
  /** How many there are in all, of those with such a name. */
  readonly counts: Readonly<Record<Show, number>>;
  /** What the address of the page before, or after, has under this name; `null`: there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What can be done to somebody. */
export type Change =
  | { readonly action: 'require'; readonly from: string }
  | { readonly action: 'stop_requiring' | 'unlock' }
  | { readonly action: 'reset'; readonly reason: string; readonly name: string };

/** Somebody after a change. */
export interface ChangeReply {
  readonly user: FullPerson;
  /** The administrator has required it of themselves, and has to set it up now. */
  readonly set_up: boolean;
}

/** What a change of several people would be about. */
export interface PreviewReply {
  readonly users: readonly ListedPerson[];
  readonly not_set_up: number;
  readonly required: number;
  readonly locked: number;
}

const pathOf = (id: string): string => `/api/admin/users/${encodeURIComponent(id)}`;

/** The routes. */
export const admin = {
  /** @param query - of the address, as it is */
  people: (query: string): Promise<PeopleReply> => ask('GET', `/api/admin/users${query}`),
  person: (id: string): Promise<{ readonly user: FullPerson }> => ask('GET', pathOf(id)),
  change: (id: string, change: Change): Promise<ChangeReply> => ask('POST', pathOf(id), change),
  preview: (ids: readonly string[]): Promise<PreviewReply> => ask('POST', '/api/admin/preview', { ids }),
};

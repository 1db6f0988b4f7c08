/** Sessions: a random id in a cookie, and its hash in the database. */
import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from './sql.ts';

/** Ends a session that nobody uses. */
const IDLE_MS = 30 * 60_000;
/** Ends every session. */
const ABSOLUTE_MS = 12 * 60 * 60_000;

/** What the library says about a session: it refuses the calls of one whose epoch has passed. */
interface Proof {
  /** When the second factor was last given; `null`: never in this session. */
  readonly authTime: Date | null;
  readonly sessionEpoch: number;
}

/** What the application remembers of a signed-in user. */
export interface Session extends Proof {
  readonly userId: string;
  /** When the password was given. */
  readonly signedInAt: Date;
}

/** The sessions in the database. Ids are what the cookie holds. */
export interface Sessions {
  /** @returns the id of a new session: each sign-in has its own, so that a planted one is worth nothing */
  start(session: Proof & { readonly userId: string }): Promise<string>;
  /** The session, seen now; `null` if it is unknown or over. */
  find(id: string): Promise<Session | null>;
  /**
   * Goes on under a new id, with a newer proof: a copy of the old id gains nothing from it.
   * @returns the new id; `null` if this user has no such session
   */
  renew(id: string, session: Proof & { readonly userId: string }): Promise<string | null>;
  end(id: string): Promise<void>;
  /** Ends all sessions of a user. `kept`: the one that stays, and the epoch that it goes on with. */
  endAll(userId: string, kept?: { readonly id: string; readonly sessionEpoch: number | undefined }): Promise<void>;
}

/** @param clock - epoch milliseconds */
export function sessionsIn(sql: Sql, clock: () => number): Sessions {
  return {
    async start({ userId, authTime, sessionEpoch }) {
      const id = newId();
      const now = clock();
      await sql('DELETE FROM session WHERE created_at < $1 OR seen_at < $2', [now - ABSOLUTE_MS, now - IDLE_MS]);
      await sql(
        `INSERT INTO session (id_hash, user_id, created_at, seen_at, auth_time, session_epoch)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [hashOf(id), userId, now, now, authTime?.getTime() ?? null, sessionEpoch],
      );
      return id;
    },
    async find(id) {
      const now = clock();
      const [row] = await sql(
        `UPDATE session SET seen_at = $1 WHERE id_hash = $2 AND created_at >= $3 AND seen_at >= $4
         RETURNING user_id, created_at, auth_time, session_epoch`,
        [now, hashOf(id), now - ABSOLUTE_MS, now - IDLE_MS],
      );
      if (row === undefined) return null;
      const { user_id: userId, created_at: createdAt, auth_time: authTime, session_epoch: epoch } = row;
      return {
        userId: String(userId),
        signedInAt: new Date(Number(createdAt)),
        authTime: authTime === null ? null : new Date(Number(authTime)),
        sessionEpoch: Number(epoch),
      };
    },
    async renew(id, { userId, authTime, sessionEpoch }) {
      const next = newId();
      const rows = await sql(
        `UPDATE session SET id_hash = $1, auth_time = $2, session_epoch = $3 WHERE id_hash = $4 AND user_id = $5
         RETURNING user_id`,
        [hashOf(next), authTime?.getTime() ?? null, sessionEpoch, hashOf(id), userId],
      );
      return rows.length === 0 ? null : next;
    },
    async end(id) {
      await sql('DELETE FROM session WHERE id_hash = $1', [hashOf(id)]);
    },
    async endAll(userId, kept) {
      const keptHash = hashOf(kept?.id ?? '');
      await sql('DELETE FROM session WHERE user_id = $1 AND id_hash <> $2', [userId, keptHash]);
      if (kept?.sessionEpoch === undefined) return;
      await sql('UPDATE session SET session_epoch = $1 WHERE user_id = $2 AND id_hash = $3', [
        kept.sessionEpoch,
        userId,
        keptHash,
      ]);
    },
  };
}

function newId(): string {
  return randomBytes(32).toString('base64url');
}

/** A copy of the database signs nobody in. The id is random: it needs no slow hash. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

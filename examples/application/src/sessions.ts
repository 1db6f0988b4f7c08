/** Sessions: a random id in a cookie, and its hash in the database. */
import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from './sql.ts';

/** Ends a session that nobody uses. */
const IDLE_MS = 30 * 60_000;
/** Ends every session. */
const ABSOLUTE_MS = 12 * 60 * 60_000;

/** What the application remembers of a signed-in user. */
export interface Session {
  readonly userId: string;
  /** When the second factor was last given; `null`: never in this session. */
  readonly authTime: Date | null;
}

/** The sessions in the database. Ids are what the cookie holds. */
export interface Sessions {
  /** @returns the id of a new session: each sign-in has its own, so that a planted one is worth nothing */
  start(session: Session): Promise<string>;
  /** The session, seen now; `null` where it is unknown or over. */
  find(id: string): Promise<Session | null>;
  /** Remembers a newer proof of the second factor. */
  raise(id: string, authTime: Date): Promise<void>;
  end(id: string): Promise<void>;
  /** Ends all sessions of a user, but for one. */
  endAll(userId: string, keptId?: string): Promise<void>;
}

/** @param clock - epoch milliseconds */
export function sessionsIn(sql: Sql, clock: () => number): Sessions {
  return {
    async start({ userId, authTime }) {
      const id = randomBytes(32).toString('base64url');
      const now = clock();
      await sql('DELETE FROM session WHERE created_at < $1 OR seen_at < $2', [now - ABSOLUTE_MS, now - IDLE_MS]);
      await sql('INSERT INTO session (id_hash, user_id, created_at, seen_at, auth_time) VALUES ($1, $2, $3, $4, $5)', [
        hashOf(id),
        userId,
        now,
        now,
        authTime?.getTime() ?? null,
      ]);
      return id;
    },
    async find(id) {
      const now = clock();
      const [row] = await sql(
        `UPDATE session SET seen_at = $1 WHERE id_hash = $2 AND created_at >= $3 AND seen_at >= $4
         RETURNING user_id, auth_time`,
        [now, hashOf(id), now - ABSOLUTE_MS, now - IDLE_MS],
      );
      if (row === undefined) return null;
      const { user_id: userId, auth_time: authTime } = row;
      return { userId: String(userId), authTime: authTime === null ? null : new Date(Number(authTime)) };
    },
    async raise(id, authTime) {
      await sql('UPDATE session SET auth_time = $1 WHERE id_hash = $2', [authTime.getTime(), hashOf(id)]);
    },
    async end(id) {
      await sql('DELETE FROM session WHERE id_hash = $1', [hashOf(id)]);
    },
    async endAll(userId, keptId = '') {
      await sql('DELETE FROM session WHERE user_id = $1 AND id_hash <> $2', [userId, hashOf(keptId)]);
    },
  };
}

/** A copy of the database signs nobody in. The id is random: it needs no slow hash. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

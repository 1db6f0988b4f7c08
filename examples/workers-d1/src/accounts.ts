/** Accounts: users and sessions in D1. */
import type { D1Database } from '@mfakit/d1';
import type { Verified } from '@mfakit/hono';

/** Someone who can sign in. */
interface User {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  /** The highest `seq` that was seen for this user. */
  readonly seen_seq: number;
}

/** What a session remembers. */
interface Session {
  readonly userId: string;
  readonly sessionEpoch: number;
  readonly signedInAt: Date;
  readonly authTime: Date | null;
}

/** What a session begins with: the outcome of `begin`, or of an accepted second factor. */
type Proof = Pick<Verified, 'userId' | 'amr' | 'sessionEpoch' | 'seq'> & { readonly authTime?: Date };

/** Users and sessions. */
export interface Accounts {
  addUser(email: string, password: string): Promise<boolean>;
  /** By id or by e-mail address. */
  findUser(by: 'id' | 'email', value: string): Promise<User | null>;
  passwordMatches(user: User | null, password: string): Promise<boolean>;
  findSession(id: string | undefined): Promise<Session | null>;
  /** Starts a session under a new id, and ends the old one. */
  startSession(proof: Proof, oldId: string | undefined): Promise<string>;
  /** Ends a user's sessions except one, which goes on with this epoch. */
  endOtherSessions(userId: string, keptId: string | undefined, sessionEpoch: number): Promise<void>;
}

/** The most that a Worker allows. */
const ROUNDS = 100_000;
/** Stands for a user who does not exist: an answer must not tell by its time who does. */
const NOBODY = `${'0'.repeat(32)}:${'0'.repeat(64)}`;

const toHex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function hashPassword(password: string, salt: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(password), 'PBKDF2', false, ['deriveBits']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: new TextEncoder().encode(salt), iterations: ROUNDS };
  return `${salt}:${toHex(new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256)))}`;
}

/** Accounts over a database with the tables of schema.sql. */
export function d1Accounts(database: D1Database): Accounts {
  const rows = async <Row>(sql: string, ...values: (string | number | null)[]): Promise<readonly Row[]> => {
    const [result] = await database.batch([database.prepare(sql).bind(...values)]);
    return (result?.results ?? []) as readonly Row[];
  };
  return {
    async addUser(email, password) {
      const hash = await hashPassword(password, toHex(crypto.getRandomValues(new Uint8Array(16))));
      const sql = 'INSERT INTO account (id, email, password) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING id';
      return (await rows(sql, crypto.randomUUID(), email, hash)).length === 1;
    },
    async findUser(by, value) {
      const [user] = await rows<User>(`SELECT * FROM account WHERE ${by} = ?`, value);
      return user ?? null;
    },
    async passwordMatches(user, password) {
      const kept = user?.password ?? NOBODY;
      return (await hashPassword(password, kept.split(':')[0] ?? '')) === kept && user !== null;
    },
    async findSession(id = '') {
      const [row] = await rows<{ user_id: string; epoch: number; signed_in_at: number; auth_time: number | null }>(
        'SELECT * FROM session WHERE id = ?',
        id,
      );
      if (row === undefined) return null;
      const { user_id: userId, epoch: sessionEpoch, signed_in_at: signedInAt, auth_time: at } = row;
      return { userId, sessionEpoch, signedInAt: new Date(signedInAt), authTime: at === null ? null : new Date(at) };
    },
    async startSession({ userId, amr, authTime, sessionEpoch, seq }, oldId = '') {
      const [old] = await rows<{ signed_in_at: number }>(
        'DELETE FROM session WHERE id = ? RETURNING signed_in_at',
        oldId,
      );
      // A step-up proves no password: the session is as old as it was.
      const signedInAt = amr.includes('pwd') ? Date.now() : (old?.signed_in_at ?? Date.now());
      const id = crypto.randomUUID();
      const sql = 'INSERT INTO session (id, user_id, epoch, signed_in_at, auth_time) VALUES (?, ?, ?, ?, ?)';
      await rows(sql, id, userId, sessionEpoch, signedInAt, authTime?.getTime() ?? null);
      await rows('UPDATE account SET seen_seq = max(seen_seq, ?) WHERE id = ?', seq, userId);
      return id;
    },
    async endOtherSessions(userId, keptId, sessionEpoch) {
      await rows('DELETE FROM session WHERE user_id = ? AND id <> ?', userId, keptId ?? '');
      await rows('UPDATE session SET epoch = ? WHERE id = ?', sessionEpoch, keptId ?? '');
    },
  };
}

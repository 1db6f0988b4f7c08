/** Accounts: who may sign in. */
import { randomUUID } from 'node:crypto';
import { checkPassword, hashPassword } from './passwords.ts';
import type { Sql, SqlRow } from './sql.ts';

/** One person. */
export interface Account {
  readonly id: string;
  readonly userName: string;
  readonly isAdmin: boolean;
  /** The highest `seq` that the library has told of this user. Should its record be lost or restored, it will be older. */
  readonly seenSeq: number;
}

/** The accounts in the database. */
export interface Accounts {
  byId(id: string): Promise<Account | null>;
  byName(userName: string): Promise<Account | null>;
  /** @returns the new account; `null` if the name is taken */
  add(account: {
    readonly userName: string;
    readonly password: string;
    readonly isAdmin: boolean;
  }): Promise<Account | null>;
  /** `false` for an unknown user, and for one without a password, after as much work. */
  hasPassword(id: string | null, password: string): Promise<boolean>;
  /** Whether the account is without a password: its owner signs in by a link or through another site. */
  isPasswordless(id: string): Promise<boolean>;
  /** @param password - `null`: the account has none from now on */
  setPassword(id: string, password: string | null): Promise<void>;
  /** Keeps the highest `seq`. */
  noteSeq(id: string, seq: number): Promise<void>;
}

const COLUMNS = 'id, user_name, is_admin, mfa_seq';

/** The accounts of one database. */
export function accountsIn(sql: Sql): Accounts {
  const find = async (column: 'id' | 'user_name', value: string): Promise<Account | null> => {
    const [row] = await sql(`SELECT ${COLUMNS} FROM account WHERE ${column} = $1`, [value]);
    return row === undefined ? null : toAccount(row);
  };
  return {
    byId: (id) => find('id', id),
    byName: (userName) => find('user_name', userName),
    async add({ userName, password, isAdmin }) {
      const [row] = await sql(
        `INSERT INTO account (id, user_name, password_hash, is_admin) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_name) DO NOTHING RETURNING ${COLUMNS}`,
        [randomUUID(), userName, await hashPassword(password), isAdmin ? 1 : 0],
      );
      return row === undefined ? null : toAccount(row);
    },
    async hasPassword(id, password) {
      const [row] = await sql('SELECT password_hash FROM account WHERE id = $1', [id ?? '']);
      return checkPassword((row?.['password_hash'] ?? null) as string | null, password);
    },
    async isPasswordless(id) {
      return (await sql('SELECT id FROM account WHERE id = $1 AND password_hash IS NULL', [id])).length > 0;
    },
    async setPassword(id, password) {
      const hash = password === null ? null : await hashPassword(password);
      await sql('UPDATE account SET password_hash = $1 WHERE id = $2', [hash, id]);
    },
    async noteSeq(id, seq) {
      await sql('UPDATE account SET mfa_seq = $1 WHERE id = $2 AND mfa_seq < $3', [seq, id, seq]);
    },
  };
}

function toAccount(row: SqlRow): Account {
  return {
    id: String(row['id']),
    userName: String(row['user_name']),
    isAdmin: Number(row['is_admin']) === 1,
    seenSeq: Number(row['mfa_seq']),
  };
}

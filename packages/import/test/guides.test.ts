/** The guides in docs/migrate: their statements run on PostgreSQL, and give rows that their sources read. */
import { readFileSync } from 'node:fs';
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sources } from '../src/index.ts';
import { CASES, type FixtureCase } from './fixtures.ts';
import { read } from './read.ts';

/** The case whose rows stand in the tables that the statement of a page reads. */
const GUIDES: Readonly<Record<string, readonly [source: FixtureCase['source'], name?: string]>> = {
  authelia: ['authelia', 'schema 26'],
  'better-auth': ['better-auth'],
  calcom: ['calcom'],
  allauth: ['allauth'],
  'devise-two-factor': ['devise-two-factor'],
  'django-otp': ['django-otp'],
  fastapi: ['fastapi', 'row'],
  jtwebb: ['jtwebb'],
  'laravel-fortify': ['laravel-fortify', 'row'],
  supabase: ['supabase', 'encrypted'],
};

type Row = Readonly<Record<string, unknown>>;

let server: PostgresServer;
let pool: Pool;

beforeAll(async () => {
  server = await startPostgres({ settings: { fsync: 'off' } });
  pool = new Pool({ connectionString: server.url, max: 1 });
  await pool.query("SET timezone = 'UTC'");
}, 120_000);
afterAll(async () => {
  await pool.end();
  await server.stop();
});

function statementOf(page: string): string {
  const text = readFileSync(new URL(`../../../docs/migrate/${page}.md`, import.meta.url), 'utf8');
  return /```sql\n([^]*?)```/.exec(text)?.[1] ?? '';
}

/** Each document that the statement of a page gives, as `psql -At` writes it. */
async function exported(page: string): Promise<readonly unknown[]> {
  const { rows } = await pool.query<Row>(statementOf(page));
  return rows.map((row) => JSON.parse(JSON.stringify(Object.values(row)[0])) as unknown);
}

/** Makes a table as the source has it, out of the rows of a fixture. */
async function fill(table: string, rows: readonly Row[]): Promise<void> {
  const name = table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
  const columns = Object.entries(rows[0] ?? {});
  const types = columns.map(([column, value]) => `"${column}" ${typeOf(table, column, value)}`);
  await pool.query(`CREATE TABLE ${name} (${types.join(', ')})`);
  for (const row of rows) {
    const values = columns.map(([column]) => valueOf(table, column, row[column]));
    await pool.query(`INSERT INTO ${name} VALUES (${values.map((_, i) => `$${i + 1}`).join(', ')})`, values);
  }
}

function typeOf(table: string, column: string, value: unknown): string {
  if (column === 'otp_required_for_login' || typeof value === 'boolean') return 'boolean';
  if (table === 'totp_configurations' && column === 'secret') return 'bytea';
  if (column.endsWith('_at')) return 'timestamptz';
  if (Array.isArray(value)) return 'text[]';
  return typeof value === 'number' ? 'bigint' : 'text';
}

function valueOf(table: string, column: string, value: unknown): unknown {
  const isBytes = table === 'totp_configurations' && column === 'secret';
  return isBytes ? Buffer.from(String(value), 'base64') : value;
}

async function inSchema(name: string, tables: Record<string, readonly Row[]>): Promise<void> {
  await pool.query(`CREATE SCHEMA "${name}"; SET search_path = "${name}"; CREATE SCHEMA IF NOT EXISTS auth`);
  for (const [table, rows] of Object.entries(tables)) await fill(table, rows);
}

describe.each(Object.entries(GUIDES))('docs/migrate/%s.md', (page, [source, name]) => {
  test('its statement gives what its source reads', async () => {
    const one = CASES.find((found) => found.source === source && (name === undefined || found.name === name));
    if (one === undefined) throw new Error('no such case');
    await inSchema(page, one.document as Record<string, readonly Row[]>);
    const documents = await exported(page);
    expect(documents).toHaveLength(1);
    const { users } = read(one, documents[0]);
    expect(users).toEqual(read(one).users);
    expect(users).toHaveLength(1);
  });
});

test('docs/migrate/columns.md: its statement gives what its source reads', async () => {
  await inSchema('columns', {
    users: [{ id: 'ann', totp_secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', totp_enabled: true }],
    backup_codes: [
      { user_id: 'ann', code_hash: '$2a$12$NQpedRAzVucg9RgZwrXQFuAyD3zGucJ50h.TxnRaE2C7cU58bjstK', used_at: null },
      { user_id: 'ann', code_hash: 'spent', used_at: '2025-05-01 10:00:00' },
    ],
  });
  const readDocument = sources.columns.prepare({ encoding: 'base32', backupCodes: 'hashes' });
  expect((await exported('columns')).flatMap((document) => [...readDocument(document)])).toEqual([
    expect.objectContaining({ userId: 'ann', backupCodes: { hashes: [expect.stringMatching(/^\$2a/)] } }),
  ]);
});

test('each page names the variables of its source, and no option that there is not', () => {
  for (const [name, { options }] of Object.entries(sources)) {
    const page = { authentik: 'django-otp', 'devise-two-factor-4': 'devise-two-factor' }[name] ?? name;
    const text = readFileSync(new URL(`../../../docs/migrate/${page}.md`, import.meta.url), 'utf8');
    for (const [option, { environment }] of Object.entries(options)) {
      expect(text, `${name}: ${option}`).toContain(environment ?? `\`${option}`);
    }
  }
});

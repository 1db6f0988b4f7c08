import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, postgresStore } from '../src/index.ts';
import { openDatabase, openPool, type TestDatabase } from './database.ts';

const packageFolder = join(import.meta.dirname, '..');
const page = readFileSync(join(packageFolder, '../../docs/store/postgres.md'), 'utf8');

/** The code blocks of the page in one language. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );
}

describe('the SQL of docs/store/postgres.md runs', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openDatabase();
  });
  afterAll(() => database.close());

  // Blocks for another engine begin with its name.
  const sql = blocks('sql').filter((block) => !block.trim().startsWith('-- Citus'));
  test('there are blocks', () => {
    expect(sql.length).toBeGreaterThan(2);
  });

  test.each(sql)('%s', async (block) => {
    const schema = await database.createSchema();
    const partitions = block.includes('PARTITION BY');
    if (partitions) await database.pools[0].query(`DROP TABLE ${schema}.mfa_record, ${schema}.mfa_event`);
    const pool: pg.Pool = openPool(database.url, { max: 1, options: `-c search_path=${schema}` });
    // One by one: some must not run inside a transaction, as several in one query would.
    const statements = block.replaceAll(/--.*$/gm, '').split(/;\s*$/m);
    for (const statement of statements.filter((text) => text.trim() !== '')) await pool.query(statement);
    await migrate(pool, { schema });
    expect(await postgresStore(pool, { schema }).read('alice')).toBeNull();
    if (block.includes('CREATE ROLE')) await pool.query('DROP OWNED BY mfakit_app; DROP ROLE mfakit_app');
    await pool.end();
    await database.dropSchema(schema);
  });
});

test('the TypeScript of docs/store/postgres.md compiles', () => {
  const code = blocks('ts');
  expect(code.length).toBeGreaterThan(5);
  // Inside the package, so that the compiler finds what the page imports.
  const folder = mkdtempSync(join(packageFolder, 'test', '.docs-'));
  try {
    for (const [index, block] of code.entries()) writeFileSync(join(folder, `block-${index}.ts`), block);
    const options = {
      extends: '../../../../tsconfig.base.json',
      compilerOptions: { noEmit: true, rootDir: '../../../..' },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const compiler = join(
      dirname(createRequire(join(packageFolder, '../../package.json')).resolve('typescript/package.json')),
      'bin/tsc',
    );
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

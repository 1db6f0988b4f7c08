import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate, mysqlStore } from '../src/index.ts';
import { onServer, openDatabase, openPool, SKIPPED, type TestDatabase } from './database.ts';

const packageFolder = join(import.meta.dirname, '..');
const page = readFileSync(join(packageFolder, '../../docs/store/mysql.md'), 'utf8');

/** The code blocks of the page in one language. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );
}

onServer(`the SQL of docs/store/mysql.md runs${SKIPPED}`, () => {
  let server: TestDatabase;
  beforeAll(async () => {
    server = await openDatabase();
  });
  afterAll(() => server.close());

  // Blocks for another kind of server begin with its name.
  const sql = blocks('sql').filter((block) => !block.trim().startsWith('-- Galera'));
  test('there are blocks', () => {
    expect(sql.length).toBeGreaterThan(1);
  });

  test.each(sql)('%s', async (block) => {
    const database = await server.create();
    const url = new URL(server.url);
    url.pathname = `/${database}`;
    const pool = openPool(url.href, { connectionLimit: 1 });
    const statements = block.replaceAll(/--.*$/gm, '').split(/;\s*$/m);
    for (const statement of statements.filter((text) => text.trim() !== '')) await pool.query(statement);
    await migrate(pool);
    expect(await mysqlStore(pool).read('alice')).toBeNull();
    if (block.includes('CREATE USER')) await pool.query('DROP USER mfakit_app');
    await pool.end();
    await server.drop(database);
  });
});

test('the TypeScript of docs/store/mysql.md compiles', { timeout: 60_000 }, () => {
  const code = blocks('ts');
  expect(code.length).toBeGreaterThan(4);
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

/** A database in memory, for tests of the application alone. */
import { createRequire } from 'node:module';
import type { Sql } from '../src/index.ts';

interface Connection {
  prepare(sql: string): { all(...values: unknown[]): Record<string, unknown>[]; run(...values: unknown[]): unknown };
}

const require = createRequire(import.meta.url);
const Libsql = require('libsql') as new (file: string) => Connection;

/** Parameters must be in order, as all of the application's are. */
export function memorySql(): Sql {
  const connection = new Libsql(':memory:');
  return async (statement, values = []) => {
    const prepared = connection.prepare(statement.replaceAll(/\$\d+/g, '?'));
    if (/^SELECT|RETURNING/.test(statement)) return prepared.all(...values);
    prepared.run(...values);
    return [];
  };
}

/** The promises of the port on bun:sqlite, run by Bun itself; ends with 1 where one is broken. */
import { storeCases } from '@mfakit/testkit';
import { sqliteStore } from '../src/index.ts';
import { databaseFile } from './database-file.ts';
import type { Connection } from './drivers.ts';

interface BunSqlite {
  readonly Database: new (file: string) => Connection;
}

/** A variable, because only Bun's own types know the module. */
const bunSqlite: string = 'bun:sqlite';
const { Database } = (await import(bunSqlite)) as BunSqlite;

const cases = storeCases(async () => {
  const file = await databaseFile((path) => new Database(path));
  return {
    connections: [sqliteStore(file.connect()), sqliteStore(file.connect())],
    close: async () => file.remove(),
  };
});

let broken = 0;
for (const { name, run } of cases) {
  try {
    await run();
  } catch (error) {
    broken += 1;
    console.error(name, error);
  }
}
console.log(`${cases.length - broken} of ${cases.length} promises kept`);
process.exit(broken === 0 ? 0 : 1);

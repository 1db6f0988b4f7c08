/**
 * The demo. PORT sets the port (3000), DATABASE_URL the database (default: a server of its own), DEMO=off leaves out the
 * ready accounts and the virtual phone, TRUST_PROXY=on says that a proxy of yours ends TLS and sets `X-Forwarded-Proto` and
 * `X-Forwarded-For`, ORIGIN where browsers then reach it, such as `https://acme.example`.
 */
import { announce, exitIfTaken, stopOnSignal } from '@mfakit/example-application';
import { startPostgres } from '@mfakit/postgres-server';
import { join } from 'node:path';
import { startServer } from './server.ts';

const { DATABASE_URL: given, PORT: port = '3000', DEMO, TRUST_PROXY, ORIGIN: origin } = process.env;
const folder = join(import.meta.dirname, '..', '.demo');
const demo = DEMO !== 'off';
const postgres = given === undefined ? await startPostgres() : null;
const server = await startServer({
  databaseUrl: given ?? postgres?.url ?? '',
  folder,
  port: Number(port),
  demo,
  trustProxy: TRUST_PROXY === 'on',
  origin,
}).catch(async (error: unknown) => {
  await postgres?.stop();
  return exitIfTaken(error);
});

stopOnSignal(async () => {
  await server.stop();
  await postgres?.stop();
});
const data = postgres === null ? 'the schema acme in DATABASE_URL' : 'a PostgreSQL server that ends with this demo';
console.log(demo ? announce(server.url, data) : `Acme is ready: ${server.url}`);

/** The demo: `npm run demo`. PORT sets the port (3000), DEMO=off leaves out the ready accounts and the virtual phone. */
import { announce, stopOnSignal } from '@mfakit/example-application';
import { join } from 'node:path';
import { startServer } from './server.ts';

const folder = join(import.meta.dirname, '..', '.demo');
const demo = process.env['DEMO'] !== 'off';
const server = await startServer({ folder, port: Number(process.env['PORT'] ?? 3000), demo });
stopOnSignal(() => server.stop());
console.log(demo ? announce(server.url, `${folder} (remove it to begin anew)`) : `Acme is ready: ${server.url}`);

/**
 * The demo: `npm run demo`. PORT sets the port (3000), DEMO=off leaves out the ready accounts and the virtual phone,
 * TRUST_PROXY=on says that a proxy of yours ends TLS and sets `X-Forwarded-Proto` and `X-Forwarded-For`, ORIGIN where
 * browsers then reach it, such as `https://acme.example`.
 */
import { announce, exitIfTaken, stopOnSignal } from '@mfakit/example-application';
import { join } from 'node:path';
import { startServer } from './server.ts';

const folder = join(import.meta.dirname, '..', '.demo');
const demo = process.env['DEMO'] !== 'off';
const trustProxy = process.env['TRUST_PROXY'] === 'on';
const port = Number(process.env['PORT'] ?? 3000);
const server = await startServer({ folder, port, demo, trustProxy, origin: process.env['ORIGIN'] }).catch(exitIfTaken);
stopOnSignal(() => server.stop());
console.log(demo ? announce(server.url, `${folder} (remove it to begin anew)`) : `Acme is ready: ${server.url}`);

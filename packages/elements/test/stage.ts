/** Stage: Acme on a server of its own, with one bare page that has the elements, under the strictest policy. */
import { serve } from '@hono/node-server';
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { startAcme, type Acme } from './acme.ts';

/** Nothing but what the elements need. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'";

/** The server. */
export interface Stage extends Acme {
  readonly url: string;
  /** How long each answer of the contract waits. */
  readonly pause: { ms: number };
  stop(): Promise<void>;
}

/** The page's own script, as a host would bundle it. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['@mfakit/source'],
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts it. Its clock begins now, so that page and server agree. */
export async function setStage(): Promise<Stage> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const pause = { ms: 0 };
  // Shorter than the life of a token, so that a lock can end at the second step.
  const acme = startAcme({ origin: url, now: Date.now(), lockout: { durationSeconds: 240 } });
  const script = await bundle('page/main.ts');
  const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/': ['text/html; charset=utf-8', readFileSync(join(import.meta.dirname, 'page/index.html'), 'utf8')],
    '/main.js': ['text/javascript', script],
    '/styles.css': ['text/css', readFileSync(join(import.meta.dirname, '../styles.css'), 'utf8')],
    '/page.css': ['text/css', readFileSync(join(import.meta.dirname, 'page/page.css'), 'utf8')],
  };
  const server = serve({
    port,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/api/login') {
        const { user } = (await request.json()) as { readonly user: string };
        const begun = await acme.logIn(user);
        const cookie = begun.next === 'signed-in' && { 'set-cookie': `user=${user}; Path=/; SameSite=Lax` };
        return Response.json(begun, { headers: { ...cookie } });
      }
      if (pathname.startsWith('/api/auth/')) {
        if (pause.ms > 0) await new Promise((resolve) => setTimeout(resolve, pause.ms));
        return acme.handle(request);
      }
      const [type, body] = files[pathname] ?? [];
      if (type === undefined) return new Response('', { status: 404 });
      return new Response(body, { headers: { 'content-type': type, 'content-security-policy': POLICY } });
    },
  });
  return {
    ...acme,
    url,
    pause,
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        (server as Server).closeAllConnections();
      });
    },
  };
}

import { createAdaptorServer } from '@hono/node-server';
import { mfaRouter } from '@mfakit/hono';
import { Hono, type Context } from 'hono';
import type { Server } from 'node:http';
import { describe } from 'vitest';
import type { TestApp } from '../../http/test/application.ts';
import type { Served } from '../../http/test/http-api.ts';
import { listen } from '../../http/test/listen.ts';
import { runCases } from '../../http/test/run-cases.ts';

async function serve(app: TestApp): Promise<Served> {
  const host = app.host<Context>({
    cookie: (c) => c.req.header('cookie'),
    setCookie(c, cookie) {
      c.header('set-cookie', cookie, { append: true });
      return undefined;
    },
  });
  const server = new Hono();
  server.route('/api/auth', mfaRouter(app.mfa, host, app.options()));
  server.onError((error, c) => c.text(`the application says: ${error.message}`, 500));
  return listen(createAdaptorServer({ fetch: server.fetch, overrideGlobalObjects: false }) as Server, {
    status: 500,
    text: 'the application says: host trouble',
  });
}

describe('Hono on Node', () => {
  runCases(serve);
});

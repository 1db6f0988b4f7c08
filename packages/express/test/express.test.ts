import { mfaRouter } from '@mfakit/express';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { createServer } from 'node:http';
import { describe } from 'vitest';
import type { TestApp } from '../../http/test/application.ts';
import type { Serve } from '../../http/test/http-api.ts';
import { listen } from '../../http/test/listen.ts';
import { runCases } from '../../http/test/run-cases.ts';
import { express4 } from './express4.ts';

/** `MFAKIT_TEST_LONG=1`: the whole wire contract on Express 4 too; what differs there has tests of its own. */
const VERSIONS: Readonly<Record<string, () => Express>> = {
  'Express 5': express,
  ...(process.env['MFAKIT_TEST_LONG'] === '1' && { 'Express 4': express4 }),
};

/** The error handling of an application. Express knows it by its four parameters. */
const toServerError: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.status(500).send(`the application says: ${error.message}`);
};

function serveWith(create: () => Express): Serve {
  return (app: TestApp) => {
    const host = app.host<{ req: express.Request; res: express.Response }>({
      cookie: ({ req }) => req.headers.cookie,
      setCookie({ res }, cookie) {
        res.append('set-cookie', cookie);
        return undefined;
      },
    });
    const server = create();
    server.use('/api/auth', mfaRouter(app.mfa, host, app.options()));
    server.use(toServerError);
    return listen(createServer(server), { status: 500, text: 'the application says: host trouble' });
  };
}

for (const [version, create] of Object.entries(VERSIONS))
  describe(version, () => {
    runCases(serveWith(create));
  });

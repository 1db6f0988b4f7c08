import { createAdaptorServer } from '@hono/node-server';
import { createHandler } from '@mfakit/http';
import type { Server } from 'node:http';
import { describe } from 'vitest';
import type { TestApp } from './application.ts';
import type { Served } from './http-api.ts';
import { listen } from './listen.ts';
import { runCases } from './run-cases.ts';

async function serve(app: TestApp): Promise<Served> {
  const host = app.host<Request>({
    cookie: (request) => request.headers.get('cookie') ?? undefined,
    setCookie: (_request, cookie) => new Headers([['set-cookie', cookie]]),
  });
  const handle = createHandler(app.mfa, host, app.options());
  const problem = { type: 'about:blank', title: 'Internal Server Error', status: 500, detail: 'Something went wrong' };
  return listen(createAdaptorServer({ fetch: handle, overrideGlobalObjects: false }) as Server, {
    status: 500,
    text: JSON.stringify({ ...problem, code: 'internal_error' }),
  });
}

describe('the fetch handler', () => {
  runCases(serve);
});

import { createAdaptorServer } from '@hono/node-server';
import { requireMfa } from '@mfakit/hono';
import { Hono } from 'hono';
import type { Server } from 'node:http';
import { expect, test } from 'vitest';
import { listen } from '../../http/test/listen.ts';
import { refusesBadAges, runGuardCases } from '../../http/test/run-guard-cases.ts';

const session = async (): Promise<never> => {
  throw new Error('no database');
};

runGuardCases(async (setting) => {
  const app = new Hono();
  app.get('/sensitive', requireMfa(setting), (c) => c.text('the sensitive thing'));
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  return listen(server, { status: 500, text: '' });
});

test('an error of the host goes to the application', async () => {
  const app = new Hono();
  app.get('/sensitive', requireMfa({ maxAgeSeconds: 1, session, mfa: { clock: Date.now } }), (c) =>
    c.text('the sensitive thing'),
  );
  app.onError((error, c) => c.text(error.message, 500));
  const response = await app.request('/sensitive');
  expect([response.status, await response.text()]).toEqual([500, 'no database']);
});

refusesBadAges(requireMfa);

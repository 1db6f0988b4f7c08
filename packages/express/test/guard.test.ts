import { requireMfa } from '@mfakit/express';
import express from 'express';
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { listen } from '../../http/test/listen.ts';
import { refusesBadAges, runGuardCases } from '../../http/test/run-guard-cases.ts';
import { express4 } from './express4.ts';

const session = async (): Promise<never> => {
  throw new Error('no database');
};

const NO_ERROR = { status: 500, text: '' };

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_version, create) => {
  runGuardCases((setting) => {
    const app = create();
    app.get('/sensitive', requireMfa(setting), (_req, res) => void res.send('the sensitive thing'));
    return listen(createServer(app), NO_ERROR);
  });

  test('an error of the host goes to the application', async () => {
    const app = create();
    app.get(
      '/sensitive',
      requireMfa({ maxAgeSeconds: 1, session, mfa: { clock: Date.now } }),
      (_req, res) => void res.send('the sensitive thing'),
    );
    app.use(((error: Error, _req, res, _next) => {
      res.status(500).send(error.message);
    }) satisfies express.ErrorRequestHandler);
    const served = await listen(createServer(app), NO_ERROR);
    const response = await fetch(new URL('/sensitive', served.url));
    expect([response.status, await response.text()]).toEqual([500, 'no database']);
    await served.close();
  });
});

refusesBadAges(requireMfa);

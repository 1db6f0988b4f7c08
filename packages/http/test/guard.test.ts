import { createAdaptorServer } from '@hono/node-server';
import { requireMfa } from '@mfakit/http';
import type { Server } from 'node:http';
import { listen } from './listen.ts';
import { refusesBadAges, runGuardCases } from './run-guard-cases.ts';

runGuardCases(async (setting) => {
  const guard = requireMfa(setting);
  const handle = async (request: Request): Promise<Response> =>
    (await guard(request)) ?? new Response('the sensitive thing');
  const server = createAdaptorServer({ fetch: handle, overrideGlobalObjects: false }) as Server;
  return listen(server, { status: 500, text: '' });
});

refusesBadAges(requireMfa);

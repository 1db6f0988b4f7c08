/** The example over HTTP: its headers, and its guard. */
import { expect, test } from 'vitest';
import { expectGuardedAdministration, expectHeaders } from '../../application/test/http-case.ts';
import { startServer } from '../src/server.ts';

test('HSTS over HTTPS only, COOP always, and a proxy is believed only if one was named', async () => {
  await expectHeaders(startServer);
  expect.hasAssertions();
}, 60_000);

test('administration wants an administrator, and a fresh second factor', async () => {
  await expectGuardedAdministration(startServer);
  expect.hasAssertions();
}, 60_000);

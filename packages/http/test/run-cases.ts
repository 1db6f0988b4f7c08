/** runCases: runs the suite against one framework. */
import type { Sentence } from '@mfakit/http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startApplication } from './application.ts';
import { clientCases } from './cases/clients.ts';
import { contractCases } from './cases/contract.ts';
import { coreRefusalCases } from './cases/core-refusals.ts';
import { factorsChangedCases } from './cases/factors-changed.ts';
import { hostMistakeCases } from './cases/host-mistakes.ts';
import { hostileCases } from './cases/hostile.ts';
import { lifeCycleCases } from './cases/life-cycle.ts';
import { passkeyCases } from './cases/passkeys.ts';
import { hostilePasskeyCases } from './cases/hostile-passkeys.ts';
import { pastedCases } from './cases/pasted.ts';
import { policyCases } from './cases/policy.ts';
import { refusalCases } from './cases/refusals.ts';
import { serverTroubleCases } from './cases/server-trouble.ts';
import { sessionCases } from './cases/sessions.ts';
import { trustedDeviceCases } from './cases/trusted-devices.ts';
import { twoCodesCases } from './cases/two-codes.ts';
import { httpApi, type HttpCase, type Serve } from './http-api.ts';

const SUITE: Readonly<Record<string, readonly HttpCase[]>> = {
  'life cycle': lifeCycleCases,
  'refusals of the core': coreRefusalCases,
  refusals: refusalCases,
  'pasted forms': pastedCases,
  passkeys: passkeyCases,
  'hostile passkeys': hostilePasskeyCases,
  sessions: sessionCases,
  'factors changed': factorsChangedCases,
  policy: policyCases,
  'trusted devices': trustedDeviceCases,
  'two codes': twoCodesCases,
  'server trouble': serverTroubleCases,
  'mistakes of the host': hostMistakeCases,
  contract: contractCases,
  'other people’s clients': clientCases,
  'hostile input': hostileCases,
};

/** Declares every case as a test against `serve`, and that nothing secret was logged by it. */
export function runCases(serve: Serve): void {
  const logged: string[] = [];
  beforeEach(() => {
    logged.length = 0;
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      vi.spyOn(console, method).mockImplementation((...line) => void logged.push(line.map(String).join(' ')));
    }
  });
  afterEach(() => void vi.restoreAllMocks());

  describe.each(Object.entries(SUITE))('%s', (_group, cases) => {
    test.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, { passkeys = false, run }) => {
      const app = startApplication({ passkeys });
      const served = await serve(app);
      try {
        await run(httpApi(app, served));
      } finally {
        await served.close();
      }
      for (const secret of app.secrets) expect(logged.join('\n')).not.toContain(secret);
    });
  });

  test('sentences of the host, and English for what it does not say', async () => {
    const app = startApplication();
    const words: Readonly<Record<string, string>> = { not_signed_in: 'Nicht angemeldet', not_found: 'Nicht gefunden' };
    const mistake = new Error('no such language');
    const sentence: Sentence = ({ code }) => {
      if (code === 'method_not_allowed') throw mistake;
      return words[code];
    };
    const served = await serve({ ...app, options: () => ({ ...app.options(), sentence }) });
    const { call } = httpApi(app, served);
    try {
      const told = async (method: string, path: string, cookie?: string): Promise<unknown> => {
        const answer = await call(method, path, cookie === undefined ? {} : { cookie });
        return answer.body?.['detail'];
      };
      expect(await told('GET', '/totp/status')).toBe('Nicht angemeldet');
      expect(await told('GET', '/totp/unknown')).toBe('Nicht gefunden');
      expect(await told('POST', '/totp/confirm', app.signIn('alice'))).toBe('The request is invalid');
      expect(app.reported).toEqual([]);
      expect(await told('PUT', '/totp/status')).toBe('Method not allowed');
      expect(app.reported).toEqual([mistake]);
    } finally {
      await served.close();
    }
  });

  test('without onError, a refusal that became a 503 is one line in the log', async () => {
    const app = { ...startApplication(), options: () => ({}) };
    const served = await serve(app);
    const { call } = httpApi(app, served);
    try {
      const answer = await call('GET', '/totp/status', { cookie: app.signIn('alice') });
      expect([answer.status, logged]).toEqual([200, []]);
      app.faults.store = 'down';
      expect((await call('GET', '/totp/status', { cookie: app.signIn('alice') })).status).toBe(503);
      expect(logged).toEqual([
        expect.stringMatching(/^mfakit: store_unavailable: .*: Error: connection refused by .*$/),
      ]);
    } finally {
      await served.close();
    }
  });
}

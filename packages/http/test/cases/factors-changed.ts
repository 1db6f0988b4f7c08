/** Factors changed: the host is told of every change before the reply, whatever becomes of it there. */
import { virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';
import type { RouteName } from '../../src/paths.ts';
import { PASSWORD } from '../application.ts';
import type { HttpCase } from '../http-api.ts';
import { addressOf, bodyFor, signedIn } from './sample-request.ts';

/** What a change tells of the user, from the status after it. */
function known({ sessionEpoch, seq }: { readonly sessionEpoch: number; readonly seq: number }): object {
  return { userId: 'alice', sessionEpoch, seq };
}

export const factorsChangedCases: readonly HttpCase[] = [
  {
    name: 'factorsChanged is called with each change, and awaited before the reply',
    async run(api) {
      const { app, call } = api;
      const { alice, cookie, sessionEpoch } = await signedIn(api);
      /** What was told by the time the answer came. */
      const told = async (name: RouteName, body: object, id?: string): Promise<unknown> => {
        app.changes.length = 0;
        expect((await call(...addressOf(name, id), { cookie, body })).status).toBeLessThan(300);
        return app.changes;
      };
      const proof = (): object => ({ password: PASSWORD, code: alice.code() });
      const setup = await call('POST', '/totp/setup', { cookie, body: proof() });
      const factorId = String(setup.body?.['factor_id']);
      const phone = virtualAuthenticator(String(setup.body?.['otpauth_uri']));
      const same = { userId: 'alice', sessionEpoch };
      expect(app.changes).toEqual([]);
      expect(await told('confirm', { code: phone.code(app.clock()) })).toMatchObject([
        { ...same, kind: 'confirmed', factorId },
      ]);
      app.clock.advance({ seconds: 30 });
      const regenerated: unknown = await told('regenerate', proof());
      expect(regenerated).toEqual([{ ...known(await app.mfa.status('alice')), kind: 'regenerated' }]);
      expect(regenerated).toMatchObject([same]);
      expect(regenerated).not.toHaveProperty([0, 'factorId']);
      app.clock.advance({ seconds: 30 });
      const [backup_code] = (await app.mfa.regenerate('alice', { password: PASSWORD, code: alice.code() })).backupCodes;
      expect(await told('regenerate', { password: PASSWORD, backup_code })).toMatchObject([{ kind: 'regenerated' }]);

      app.clock.advance({ seconds: 30 });
      const removed = await told('removeFactor', proof(), factorId);
      const afterRemoval = await app.mfa.status('alice');
      expect(afterRemoval.sessionEpoch).toBeGreaterThan(sessionEpoch);
      expect(removed).toEqual([{ ...known(afterRemoval), kind: 'removed', factorId }]);

      app.clock.advance({ seconds: 30 });
      const disabled = await told('disable', proof());
      expect(disabled).toEqual([{ ...known(await app.mfa.status('alice')), kind: 'disabled' }]);

      await app.mfa.enforce('alice');
      const mfa_token = await app.token('alice');
      const forced = await call('POST', '/totp/enforce-setup', { body: { mfa_token } });
      const first = virtualAuthenticator(String(forced.body?.['otpauth_uri'])).code(app.clock());
      expect(await told('enforceConfirm', { mfa_token, code: first })).toEqual([
        { ...known(await app.mfa.status('alice')), kind: 'confirmed', factorId: forced.body?.['factor_id'] },
      ]);
    },
  },
  {
    name: 'a refused change is not told, and neither is a proof alone',
    async run(api) {
      const { app, call } = api;
      const { alice, cookie } = await signedIn(api);
      for (const name of ['confirm', 'regenerate', 'removeFactor', 'disable'] as const) {
        const answer = await call(...addressOf(name), { cookie, ...bodyFor(name, alice.wrong()) });
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
      expect((await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } })).status).toBe(200);
      expect(app.changes).toEqual([]);
    },
  },
  {
    name: 'factorsChanged throws: the change stands, the operator is told, and the reply is as usual',
    async run(api) {
      const { app, call } = api;
      const { alice, cookie } = await signedIn(api);
      app.faults.factorsChanged = new Error('no session store');
      const regenerated = await call('POST', '/totp/backup-codes/regenerate', {
        cookie,
        body: { password: PASSWORD, code: alice.code() },
      });
      expect(regenerated.status).toBe(200);
      expect(regenerated.body?.['backup_codes']).toHaveLength(10);
      expect(app.reported).toEqual([app.faults.factorsChanged]);

      app.clock.advance({ seconds: 30 });
      const removed = await call('DELETE', `/totp/factors/${alice.factorId}`, {
        cookie,
        body: { password: PASSWORD, code: alice.code() },
      });
      expect([removed.status, removed.text]).toEqual([204, '']);
      expect((await app.mfa.status('alice')).enabled).toBe(false);
      expect(app.reported).toHaveLength(2);

      await app.mfa.enforce('alice');
      const mfa_token = await app.token('alice');
      const setup = await call('POST', '/totp/enforce-setup', { body: { mfa_token } });
      const code = virtualAuthenticator(String(setup.body?.['otpauth_uri'])).code(app.clock());
      const confirmed = await call('POST', '/totp/enforce-confirm', { body: { mfa_token, code } });
      expect([confirmed.status, confirmed.body]).toEqual([
        200,
        { authenticated: true, method: 'totp', backup_codes_remaining: 10 },
      ]);
      expect(confirmed.headers.get('set-cookie')).toMatch(/^sid=/);
      expect(app.reported).toHaveLength(3);
    },
  },
];

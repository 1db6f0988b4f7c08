/** Server trouble: what the user cannot help is 503, told to the operator and never 500. */
import { expect } from 'vitest';
import { expectProblem, type HttpCase } from '../http-api.ts';

export const serverTroubleCases: readonly HttpCase[] = [
  {
    name: 'store trouble, a busy hasher and lost races: 503 with Retry-After',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const mfa_token = await app.token('alice');
      app.faults.store = 'down';
      for (const send of [
        () => call('POST', '/totp-verify', { body: { mfa_token, code: alice.code() } }),
        () => call('GET', '/totp/status', { cookie }),
        () => call('GET', '/totp/history', { cookie }),
      ]) {
        const answer = await send();
        expectProblem(answer, 503, 'store_unavailable', 'Temporarily unavailable — try again');
        expect(answer.headers.get('retry-after')).toBe('5');
        expect(answer.text).not.toContain('db.internal');
      }
      expect(app.reported).toHaveLength(3);
      expect(app.reported[0]).toMatchObject({ code: 'store_unavailable', cause: expect.any(Error) });

      app.faults.store = 'none';
      app.faults.hasher = 'busy';
      const [backup_code] = alice.backupCodes;
      const busy = await call('POST', '/totp-verify', { body: { mfa_token, backup_code } });
      expectProblem(busy, 503, 'busy');
      expect(busy.headers.get('retry-after')).toBe('2');

      app.faults.hasher = 'none';
      app.faults.store = 'losing';
      const lost = await call('POST', '/totp-verify', { body: { mfa_token, code: alice.code() } });
      expectProblem(lost, 503, 'contention');
      expect(lost.headers.get('retry-after')).toBe('1');
    },
  },
  {
    name: 'a secret that no key opens: 503, told to the operator, never 500',
    async run({ app, call }) {
      const alice = await app.enrol('alice');
      const cookie = app.signIn('alice');
      const stored = await app.store.read('alice');
      if (stored === null) throw new Error('alice has no record');
      const { revision, record } = stored;
      const factors = record.factors.map((factor) => ({ ...factor, secret: `${factor.secret.slice(0, -4)}AAAA` }));
      const next = { revision: 'damaged', record: { ...record, factors } };
      await app.store.commit({ userId: 'alice', expected: revision, next, events: [] });
      const answer = await call('POST', '/totp/step-up', { cookie, body: { code: alice.code() } });
      expectProblem(answer, 503, 'secret_unreadable');
      expect(answer.headers.get('retry-after')).toBeNull();
      expect(app.reported).toHaveLength(1);
    },
  },
];

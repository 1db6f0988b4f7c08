/** Policy: what users see of it in their status and history, and what they do not. */
import { expect } from 'vitest';
import type { HttpCase } from '../http-api.ts';
import { expectReply } from './life-cycle.ts';

const WHY = { ip: '192.0.2.1', userAgent: 'Staff/1.0', actor: 'eve@acme.example', reason: 'Ticket 4711' };
const FROM = '2026-02-01T00:00:00.000Z';
const SINCE = '2026-01-18T00:00:00.000Z';

export const policyCases: readonly HttpCase[] = [
  {
    name: 'status tells what demands MFA, since when grace counts, and until when the user is exempt',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const plain = expectReply('status', await call('GET', '/totp/status', { cookie }));
      for (const absent of ['grace_since', 'exempt_until']) expect(plain).not.toHaveProperty(absent);
      await app.mfa.enforce('alice');
      await app.mfa.breakGlass('alice', { minutes: 15 }, WHY);
      const end = new Date(app.clock() + 900_000).toISOString();
      expect(expectReply('status', await call('GET', '/totp/status', { cookie }))).toMatchObject({
        enforcement: { from: end },
        exempt_until: end,
      });
      const status = await app.mfa.status('alice');
      const enforcement = { from: new Date(FROM), rule: 'staff' };
      app.faults.answers.status = { ...status, enforcement, graceSince: new Date(SINCE) };
      expect(expectReply('status', await call('GET', '/totp/status', { cookie }))).toMatchObject({
        enforcement: { from: FROM, rule: 'staff' },
        grace_since: SINCE,
      });
    },
  },
  {
    name: 'history tells of break-glass and of reasons no more than that it was support',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      await app.mfa.breakGlass('alice', { minutes: 15 }, WHY);
      const { actor: _, ...nameless } = WHY;
      await app.mfa.breakGlass('alice', { minutes: 15 }, nameless);
      await app.mfa.enforce('alice', {}, WHY);
      await app.mfa.exempt('alice', {}, WHY);
      await app.mfa.reset('alice', WHY);
      const answer = await call('GET', '/totp/history', { cookie });
      const events = expectReply('history', answer)['events'] as Record<string, unknown>[];
      const until = new Date(app.clock() + 900_000).toISOString();
      expect(events.map(({ type, by, until: end }) => [type, by, end])).toEqual([
        ['reset', 'support', undefined],
        ['exempted', 'support', undefined],
        ['enforced', 'support', undefined],
        ['break_glass', undefined, until],
        ['break_glass', 'support', until],
      ]);
      for (const secret of Object.values(WHY)) expect(answer.text).not.toContain(secret);
      expect(answer.text).not.toContain('reason');
    },
  },
  {
    name: 'history tells when grace began, by which rule and until when',
    async run({ app, call }) {
      const cookie = app.signIn('alice');
      const until = Date.parse(FROM);
      const started = { userId: 'alice', seq: 1, at: Date.parse(SINCE), type: 'grace_started', until, rule: 'staff' };
      app.faults.answers.history = [started];
      const answer = await call('GET', '/totp/history', { cookie });
      expect(expectReply('history', answer)['events']).toEqual([
        { seq: 1, at: SINCE, type: 'grace_started', until: FROM, rule: 'staff' },
      ]);
    },
  },
];

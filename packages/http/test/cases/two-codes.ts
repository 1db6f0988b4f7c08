/** Two codes: the second one beside the first, on every route that takes a code. */
import { expect } from 'vitest';
import { expectProblem, type Answer, type HttpCase } from '../http-api.ts';
import { addressOf, bodyFor, givenTo, signedIn } from './sample-request.ts';

export const twoCodesCases: readonly HttpCase[] = [
  {
    name: 'two consecutive codes are right together, and one of them is not enough',
    async run(api) {
      const { app, call } = api;
      const { alice, cookie } = await signedIn(api);
      const next_code = alice.phone.code(app.clock() + 30_000);
      const stepUp = (body: object): Promise<Answer> => call('POST', '/totp/step-up', { cookie, body });
      const half = await stepUp({ code: alice.code(), next_code: alice.wrong() });
      expectProblem(half, 401, 'invalid_code', 'Invalid code');
      const uneven = await stepUp({ code: alice.code(), next_code: `${next_code}1` });
      expectProblem(uneven, 422, 'invalid_input');
      expect(uneven.body?.['errors']).toEqual([
        { path: 'next_code', message: 'Must have as many digits as code', code: 'malformed' },
      ]);
      expect((await stepUp({ code: alice.code(), next_code })).status).toBe(200);
    },
  },
  {
    name: 'two codes: the second travels as next_code to every route that takes a code and counts',
    async run(api) {
      const { app, call } = api;
      const { cookie } = await signedIn(api);
      const mfa_token = await app.token('alice');
      const codes = { code: '123456', next_code: '654 321' };
      const expected = { code: '123456', nextCode: '654 321' };
      for (const name of ['verify', 'stepUp', 'setup', 'disable', 'regenerate', 'removeFactor'] as const) {
        const { body = {} } = bodyFor(name);
        const token = name === 'verify' && { mfa_token };
        const send = (given: object): Promise<Answer> =>
          call(...addressOf(name), { cookie, body: { ...body, ...token, ...given } });
        app.calls.length = 0;
        app.faults.answers = {};
        await send(codes);
        const given = givenTo(api, name)?.flatMap((each) => [each, (each as { proof?: unknown } | undefined)?.proof]);
        expect(given).toContainEqual(expect.objectContaining(expected));

        const [told, written] = [app.calls.length, app.events.length];
        const untyped = await send({ next_code: 654321 });
        expectProblem(untyped, 422, 'invalid_input');
        expect(untyped.body?.['errors']).toEqual([
          { path: 'next_code', message: 'Must be a string', code: 'wrong_type' },
        ]);
        const { code: _, ...rest } = { code: '', ...body };
        const withBackup = await call(...addressOf(name), {
          cookie,
          body: { ...rest, ...token, backup_code: 'AAAA-AAAA', next_code: '123456' },
        });
        expectProblem(withBackup, 422, 'invalid_input');
        expect(withBackup.body?.['errors']).toEqual([
          { path: 'next_code', message: 'Comes only with code', code: 'conflicting' },
        ]);
        expect(app.calls).toHaveLength(told);
        // What a code is, is the core's to say.
        const short = await send({ next_code: '12345' });
        expectProblem(short, 422, 'invalid_input');
        expect(short.body?.['errors']).toEqual([
          { path: 'next_code', message: 'Must be 6 to 8 digits', code: 'malformed' },
        ]);
        expect(app.events).toHaveLength(written);
      }
      for (const name of ['confirm', 'enforceConfirm'] as const) {
        const token = name === 'enforceConfirm' && { mfa_token };
        const answer = await call(...addressOf(name), { cookie, body: { ...codes, ...token } });
        expect(answer.body?.['errors']).toEqual([
          { path: 'next_code', message: 'Unknown field', code: 'unknown_field' },
        ]);
      }
    },
  },
];

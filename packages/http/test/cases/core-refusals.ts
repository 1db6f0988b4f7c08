/** Core refusals: every refusal of the core on every route, with its exact status and body. */
import { MfaError, type MfaErrorCode } from '@mfakit/core';
import { expect } from 'vitest';
import * as z from 'zod';
import { softwareKey } from '@mfakit/testkit';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import type { AddedRoutes, Route } from '../../src/route.ts';
import { ROUTES } from '../../src/table.ts';
import { PASSWORD, type TestApp } from '../application.ts';
import type { Answer, HttpApi, HttpCase } from '../http-api.ts';

/** Status and sentence of each refusal of the core, written out: the contract, not a copy of the code. */
const EXPECTED: Readonly<Record<Exclude<MfaErrorCode, 'invalid_input'>, readonly [number, string]>> = {
  invalid_code: [401, 'Invalid code'],
  code_already_used: [401, 'Code already used — wait for the next code'],
  invalid_backup_code: [401, 'Invalid backup code'],
  invalid_password: [401, 'Invalid password'],
  locked: [423, 'Account locked. Contact support.'],
  not_enabled: [400, 'TOTP is not enabled'],
  already_enabled: [400, 'TOTP is already enabled'],
  setup_not_started: [400, 'TOTP setup has not been started'],
  setup_expired: [400, 'TOTP setup has expired — start again'],
  setup_voided: [400, 'Too many wrong codes — start the TOTP setup again'],
  setup_replaced: [400, 'Another TOTP setup was started since — use the newest QR code'],
  setup_confirmed: [400, 'This TOTP setup is complete already'],
  clock_ahead: [401, 'Invalid code — the clock of your device is ahead'],
  clock_behind: [401, 'Invalid code — the clock of your device is behind'],
  invalid_token: [401, 'MFA session expired — please log in again'],
  token_used: [401, 'This sign-in is complete already'],
  enforcement_not_pending: [400, 'MFA setup is not required for this account'],
  proof_required: [422, 'Password required'],
  sign_in_required: [401, 'Please log in again to continue'],
  required_by_policy: [400, 'MFA is required for this account'],
  factor_not_found: [404, 'Factor not found'],
  device_not_found: [404, 'Trusted browser not found'],
  too_many_factors: [400, 'No more factors can be added'],
  contention: [503, 'Too many requests for this account — try again'],
  store_unavailable: [503, 'Temporarily unavailable — try again'],
  secret_unreadable: [503, 'Your MFA data cannot be read. Contact support.'],
  session_revoked: [401, 'Session expired — please log in again'],
  record_outdated: [503, 'Your MFA data cannot be read. Contact support.'],
  two_codes_required: [401, 'Enter two consecutive codes'],
  invalid_assertion: [401, 'The passkey was not accepted'],
  unknown_credential: [401, 'This passkey is not registered here'],
  counter_regressed: [401, 'This passkey may have been copied — use another method'],
  backup_eligibility_changed: [401, 'The passkey was not accepted — use another method'],
  invalid_registration: [400, 'The passkey could not be added'],
  already_registered: [409, 'This passkey is added already'],
  password_required: [401, 'Sign in with your password first, then with this passkey'],
  not_offered: [404, 'Not offered here'],
  busy: [503, 'The server is busy — try again'],
  hasher_unavailable: [503, 'Temporarily unavailable. Contact support.'],
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Unprocessable Content',
  423: 'Locked',
  503: 'Service Unavailable',
};

const CHALLENGE = 'AAAAAAAAAAAAAAAAAAAAAA';

/** A sound request of each route: every field that its schema knows, but only one second factor. */
async function soundRequest(name: string, route: Route, { app, call }: HttpApi): Promise<() => Promise<Answer>> {
  const { method, path, who, inputFrom, input } = route;
  const fields = input === null ? {} : (z.toJSONSchema(input, { io: 'input' }).properties ?? {});
  const key = await softwareKey();
  const made = await key.create({ challenge: CHALLENGE, rp: { id: 'example.org' }, user: { id: 'YWxpY2U' } });
  const credential = /confirm/i.test(name) ? made : await key.get({ challenge: CHALLENGE, rpId: 'example.org' });
  const byPasskey = 'credential' in fields;
  const samples = {
    ...(byPasskey ? { credential } : { code: '123456' }),
    password: PASSWORD,
    ...(who === 'token' ? { mfa_token: await app.token('alice') } : byPasskey && { mfa_token: 'some-token' }),
  };
  const given = Object.entries(samples).filter(([field]) => field in fields);
  const body = inputFrom === 'body' ? { body: Object.fromEntries(given) } : {};
  const cookie = who === 'session' ? { cookie: app.signIn('alice') } : {};
  return () => call(method, path.replace('{id}', 'some-factor'), { ...body, ...cookie });
}

async function wants(app: TestApp, name: string): Promise<void> {
  if (/enforce/i.test(name)) await app.mfa.enforce('alice');
  else await app.enrol('alice');
}

/** Expects the whole body of a refusal. */
function expectRefusal(answer: Answer, code: keyof typeof EXPECTED, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({
    type: 'about:blank',
    title: TITLES[status],
    status,
    detail: EXPECTED[code][1],
    code,
    ...(code === 'proof_required' && { errors: [{ path: 'password', message: 'Required', code: 'required' }] }),
  });
}

/** Expects the operator to have been told of the last refusal, or not. */
function expectReported({ reported, faults }: TestApp, told: boolean): void {
  expect(reported.includes(faults.refusal)).toBe(told);
}

/** A case per route; `passkeys` if the application has them. */
function casesOf(routes: AddedRoutes, passkeys: boolean): readonly HttpCase[] {
  return Object.entries(routes).map(([name, route]) => ({
    name: `${route.method} ${route.path}${passkeys ? ' with passkeys' : ''}: every refusal of the core`,
    passkeys,
    async run(api) {
      const { app } = api;
      await wants(app, name);
      const send = await soundRequest(name, route, api);
      const revoked = route.who === 'session' ? (['session_revoked'] as const) : [];
      for (const code of [...route.refusals, ...revoked, 'store_unavailable' as const]) {
        if (code === 'invalid_input') throw new Error('invalid_input is told by the schemas');
        app.faults.refusal = new MfaError(code, code === 'locked' ? { retryAt: null } : {});
        const isConfirm = name.toLowerCase().endsWith('confirm');
        expectRefusal(await send(), code, isConfirm && /^(?:invalid_code|clock_)/.test(code) ? 400 : EXPECTED[code][0]);
        expectReported(app, EXPECTED[code][0] === 503);
      }
    },
  }));
}

export const coreRefusalCases: readonly HttpCase[] = [...casesOf(ROUTES, false), ...casesOf(passkeyRoutes, true)];

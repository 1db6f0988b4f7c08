/** runGuardCases: what requireMfa must do, whatever the framework. */
import { testClock } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import type { GuardOptions, MfaSession } from '../src/index.ts';

const AUTH_TIME = new Date('2026-01-01T00:00:00.000Z');
const MAX_AGE_SECONDS = 300;

/** The part of the guard's options that needs no context. */
interface GuardSetting {
  readonly maxAgeSeconds: number;
  readonly session: () => Promise<MfaSession | null>;
  readonly mfa: GuardOptions<unknown>['mfa'];
}

/** Serves `GET /sensitive`, which answers `the sensitive thing` behind the guard. */
export type ServeGuarded = (setting: GuardSetting) => Promise<{ readonly url: string; close(): Promise<void> }>;

/** Declares every case as a test. */
export function runGuardCases(serve: ServeGuarded): void {
  async function ask(session: MfaSession | null, ageMs: number): Promise<Response> {
    const clock = testClock(AUTH_TIME.getTime() + ageMs);
    const served = await serve({ maxAgeSeconds: MAX_AGE_SECONDS, session: async () => session, mfa: { clock } });
    try {
      const { origin } = new URL(served.url);
      const response = await fetch(`${origin}/sensitive`);
      const text = await response.text();
      return new Response(text, { status: response.status, headers: response.headers });
    } finally {
      await served.close();
    }
  }

  test.each([
    ['now', 0],
    ['one millisecond in the future', -1],
    ['five seconds in the future, as a server’s clock may have it', -5000],
    ['one second before max_age', (MAX_AGE_SECONDS - 1) * 1000],
    ['exactly max_age', MAX_AGE_SECONDS * 1000],
  ])('R-56 lets a second factor pass: %s', async (_name, ageMs) => {
    const response = await ask({ authTime: AUTH_TIME }, ageMs);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('the sensitive thing');
  });

  test.each<[string, MfaSession | null, number]>([
    ['one second after max_age', { authTime: AUTH_TIME }, (MAX_AGE_SECONDS + 1) * 1000],
    ['one millisecond after max_age', { authTime: AUTH_TIME }, MAX_AGE_SECONDS * 1000 + 1],
    ['more than five seconds in the future', { authTime: AUTH_TIME }, -5001],
    ['missing', {}, 0],
    ['null', { authTime: null }, 0],
    ['not a date', { authTime: new Date(Number.NaN) }, 0],
    ['of nobody', null, 0],
  ])('R-56 refuses a second factor: %s', async (_name, session, ageMs) => {
    const response = await ask(session, ageMs);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", ' +
        'error_description="A more recent second factor is required", max_age="300"',
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'A more recent second factor is required',
      code: 'insufficient_user_authentication',
    });
  });
}

/** Declares that the options are checked at once. */
export function refusesBadAges(make: (options: GuardOptions<unknown>) => unknown): void {
  test('without mfa: TypeError', () => {
    const options = { maxAgeSeconds: 1, session: () => null };
    expect(() => make(options as unknown as GuardOptions<unknown>)).toThrow(/^requireMfa: mfa must be/);
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity])('maxAgeSeconds of %s: RangeError', (maxAgeSeconds) => {
    expect(() => make({ maxAgeSeconds, session: () => null, mfa: { clock: Date.now } })).toThrow(RangeError);
  });
}

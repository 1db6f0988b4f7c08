/** Walks around sessions: their cookie, their end, and requests from elsewhere. */
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person } from '../person.ts';

export function sessionWalks(stage: () => Stage): void {
  test('the cookie is out of reach of scripts, stays on the site, and is a new one after each sign-in', async () => {
    const oli = await person(stage());
    await oli.signUp('oli');
    const [first] = await oli.context.cookies();
    expect(first).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', secure: true, expires: -1 });
    // A name that browsers accept only with `Secure`, `Path=/` and no `Domain`.
    expect(first).toMatchObject({ name: '__Host-session', domain: 'localhost' });
    const { device } = await oli.quickly.enroll();
    await oli.signIn('oli');
    await oli.prove(device, en.shared.continue);
    await oli.sees('Hello, oli');
    const [second] = await oli.context.cookies();
    expect(second?.value).not.toBe(first?.value);
    // The old one is worth nothing any more.
    const answer = await fetch(`${stage().url}/api/me`, { headers: { cookie: `__Host-session=${first?.value}` } });
    expect(answer.status).toBe(401);
    await oli.leave();
  });

  test('a session that was revoked leads back to the sign-in', async () => {
    const ola = await person(stage());
    await ola.quickly.signUp('ola');
    const body = JSON.stringify({ status: 401, code: 'session_revoked', detail: 'Session expired' });
    const revoked = { status: 401, contentType: 'application/problem+json', body };
    await ola.page.route('**/totp/status', (route) => route.fulfill(revoked));
    await ola.open('/security');
    await ola.reads(en.refusals.session_revoked);
    await ola.follow(en.shared.signIn);
    await ola.sees('Sign in');
    await ola.page.route('**/api/me', (route) => route.fulfill(revoked));
    await ola.open('/payout');
    await ola.sees('Sign in');
    expect(new URL(ola.page.url()).pathname).toBe('/');
    await ola.leave();
  });

  test('a session that nobody uses ends, and one that is used ends after twelve hours', async () => {
    const pia = await person(stage());
    await pia.quickly.signUp('pia');
    stage().clock.advance({ minutes: 31 });
    await pia.open('/security');
    await pia.sees('Sign in');

    await pia.signIn('pia');
    await pia.sees('Hello, pia');
    for (let hour = 0; hour < 24; hour++) {
      stage().clock.advance({ minutes: 29 });
      expect((await pia.context.request.get('/api/me')).status()).toBe(200);
    }
    stage().clock.advance({ minutes: 29 });
    expect((await pia.context.request.get('/api/me')).status()).toBe(401);
    await pia.leave();
  });

  test('a request of another site changes nothing', async () => {
    const { url } = stage();
    const post = async (path: string, headers: Record<string, string>): Promise<number> => {
      const body = JSON.stringify({ user_name: 'nobody', password: 'whatever it is' });
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      return answer.status;
    };
    expect(await post('/api/auth/login', { origin: url })).toBe(401);
    expect(await post('/api/auth/login', { 'sec-fetch-site': 'same-origin' })).toBe(401);
    for (const path of ['/api/auth/login', '/api/auth/totp/setup', '/api/payout']) {
      expect(await post(path, { origin: 'https://evil.example' })).toBe(403);
      expect(await post(path, { 'sec-fetch-site': 'cross-site', origin: url })).toBe(403);
      expect(await post(path, {})).toBe(403);
    }
    expect(await post('/api/auth/login', { origin: url, 'content-type': 'text/plain' })).toBe(422);
  });
}

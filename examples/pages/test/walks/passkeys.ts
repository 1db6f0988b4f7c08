/** Walks of people with passkeys and security keys. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { expect, test } from 'vitest';
import type { Stage } from '../example.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { virtualKey, type KeyOptions, type VirtualKey } from '../virtual-key.ts';

/** A virtual key chooses from the browser's list by itself, as soon as the page is open: not in most walks. */
const withoutList = (who: Person): Promise<unknown> =>
  who.context.addInitScript(() => {
    Reflect.set(globalThis.PublicKeyCredential ?? {}, 'isConditionalMediationAvailable', async () => false);
  });

/** From the account page to a passkey of somebody who has no other factor. */
async function addFirst(who: Person): Promise<void> {
  await who.open('/passkey');
  await who.sees('Add a passkey');
  await who.press('Add a passkey');
  await who.sees('Save your backup codes');
  await who.follow('I have saved them');
  await who.reads('The passkey was added.');
}

/** Somebody new, with a key and a passkey on it. */
async function withPasskey(
  stage: Stage,
  userName: string,
  options?: KeyOptions,
): Promise<{ readonly who: Person; readonly key: VirtualKey }> {
  const who = await person(stage);
  await withoutList(who);
  await who.quickly.signUp(userName);
  const key = await virtualKey(who.page, options);
  await addFirst(who);
  return { who, key };
}

async function toSecondStep(who: Person, userName: string): Promise<void> {
  await who.signIn(userName);
  await who.sees('Confirm that it is you');
  await who.reads('Your browser asks for your fingerprint');
}

export function passkeyWalks(stage: () => Stage): void {
  test.each<[string, string, KeyOptions]>([
    ['a passkey of the device', 'pia', {}],
    ['a synced passkey', 'pam', { synced: true }],
    ['a security key that keeps nothing', 'pat', { resident: false, transport: 'usb' }],
    ['a security key without a PIN', 'pip', { verifies: false, resident: false, transport: 'usb' }],
    ['a U2F key', 'pug', { protocol: 'u2f' }],
  ])('%s is the second step', async (_kind, userName, options) => {
    const { who } = await withPasskey(stage(), userName, options);
    await toSecondStep(who, userName);
    await who.press('Sign in');
    await who.sees(`Hello, ${userName}`);
    await who.reads('Signed in with a passkey');
    await who.leave();
  });

  test('a passkey alone signs in; a key that never verified its user needs the password', async () => {
    const { who } = await withPasskey(stage(), 'una');
    await who.signOut();
    await who.press('Use a passkey');
    await who.sees('Hello, una');
    await who.leave();

    const { who: ulf } = await withPasskey(stage(), 'ulf', { verifies: false });
    await ulf.signOut();
    await ulf.press('Use a passkey');
    await ulf.page.getByRole('alert').waitFor();
    await ulf.sees('Sign in');
    await ulf.leave();
  });

  test('a passkey that is chosen from the list at the user name signs in', async () => {
    const lea = await person(stage());
    await lea.quickly.signUp('lea');
    await virtualKey(lea.page);
    await addFirst(lea);
    await lea.press('Sign out');
    await lea.sees('Hello, lea');
    await lea.open('/activity');
    await lea.reads('Signed in with a passkey');
    await lea.leave();
  });

  test('a copy of a key is refused, and told of', async () => {
    const { who, key } = await withPasskey(stage(), 'cat');
    const before = await key.credentials();
    await toSecondStep(who, 'cat');
    await who.press('Sign in');
    await who.sees('Hello, cat');
    for (const credential of before) await key.replace(credential);
    await toSecondStep(who, 'cat');
    await who.press('Sign in');
    await who.reads(/may have been copied|may be a copy/);
    await who.leave();
  });

  test('a device that has a passkey makes no second one', async () => {
    const { who } = await withPasskey(stage(), 'dot');
    await who.open('/passkey');
    await who.fill('Password', PASSWORD);
    await who.press('Add a passkey');
    await who.reads(/already/);
    await who.leave();
  });

  test('a prompt that is called off can be asked again', async () => {
    const { who, key } = await withPasskey(stage(), 'eve');
    // Nobody touches the key until the browser gives up: the soonest that it does is after ten seconds.
    await who.context.addInitScript(() => {
      const get = navigator.credentials.get.bind(navigator.credentials);
      navigator.credentials.get = async ({ publicKey, ...how } = {}) =>
        get({ ...how, ...(publicKey && { publicKey: { ...publicKey, timeout: 10_000 } }) });
    });
    await toSecondStep(who, 'eve');
    await key.touch(false);
    await who.press('Sign in');
    await who.reads('No passkey was used. Try again, or choose another way.');
    await key.touch(true);
    await who.press('Sign in');
    await who.sees('Hello, eve');
    await who.leave();
  });

  test('an answer that another site got is of no use, and a browser refuses a site that is not its own', async () => {
    const { who } = await withPasskey(stage(), 'ida');
    const logIn = async (): Promise<{ readonly mfa_token: string; readonly request_options: object }> =>
      who.quickly.post('/api/auth/login', { user_name: 'ida', password: PASSWORD });
    /** What the page at hand can make of it. */
    const ask = async (options: object): Promise<unknown> =>
      who.page.evaluate(async (given) => {
        const address = '/modules/mfakit-http/client/passkeys.js';
        const { usePasskey } = await import(address);
        return usePasskey(given).catch(({ code }: { readonly code: string }) => code);
      }, options);
    const send = async (body: object): Promise<unknown> => {
      const reply = await who.context.request.post('/api/auth/totp-verify', {
        data: body,
        headers: { origin: stage().url },
      });
      return reply.ok() ? 'accepted' : (await reply.json()).code;
    };

    // The same host on another port: the same RP ID, and another origin.
    const other = await stage().startWithoutDemo();
    const begun = await logIn();
    await who.page.goto(other.url);
    const relayed = await ask(begun.request_options);
    expect(relayed).toMatchObject({ type: 'public-key' });
    expect(await send({ mfa_token: begun.mfa_token, credential: relayed })).toBe('invalid_assertion');

    await who.open('/');
    const own = await ask(begun.request_options);
    expect(await send({ mfa_token: begun.mfa_token, credential: own })).toBe('accepted');
    const { request_options: next } = await logIn();
    expect(await ask({ ...next, rpId: 'example.org' })).toBe('wrong_site');
    await other.stop();
    await who.leave();
  });

  test('an app and a passkey side by side: each signs in, and one removes the other', async () => {
    const fay = await person(stage());
    await withoutList(fay);
    const { device } = await fay.quickly.join('fay');
    await virtualKey(fay.page);
    await fay.open('/passkey');
    await fay.fill('Name of the passkey', 'Laptop');
    await fay.fill('Password', PASSWORD);
    await fay.fill('Code from your authenticator app', device.freshCode());
    await fay.press('Add a passkey');
    await fay.reads('The passkey was added.');

    await toSecondStep(fay, 'fay');
    await fay.press('Use a code from the app instead');
    await fay.fill('Code from your authenticator app', device.freshCode());
    await fay.press('Sign in');
    await fay.sees('Hello, fay');

    await fay.follow('Remove Authenticator app');
    await fay.fill('Password', PASSWORD);
    await fay.press('Remove');
    await fay.reads('The device was removed.');
    expect(await fay.page.locator('#devices li').allTextContents()).toEqual([expect.stringContaining('Laptop')]);
    await fay.leave();
  });

  test('a browser that knows no passkeys says so, and offers the app', async () => {
    const gil = await person(stage());
    await gil.context.addInitScript(() => Reflect.deleteProperty(globalThis, 'PublicKeyCredential'));
    await gil.quickly.signUp('gil');
    await gil.open('/passkey');
    await gil.sees('This browser knows no passkeys');
    await gil.follow('Use an authenticator app');
    await gil.sees('Set up your authenticator app');
    await gil.leave();
  });

  test('a trusted browser signs in with the password, until it is trusted no more', async () => {
    const hob = await person(stage());
    const { device } = await hob.quickly.join('hob');
    await hob.signIn('hob');
    await hob.fill('Code from your authenticator app', device.freshCode());
    await hob.page.getByLabel('Do not ask again on this browser').check();
    await hob.press('Sign in');
    await hob.sees('Hello, hob');
    await hob.reads('Trusted browsers');

    await hob.signOut();
    await hob.signIn('hob');
    await hob.sees('Hello, hob');
    await hob.reads('Signed in on a trusted browser');
    await hob.press(/^Do not trust/);
    await hob.reads('The browser is no longer trusted.');

    await hob.signOut();
    await hob.signIn('hob');
    await hob.sees('Confirm that it is you');
    await hob.leave();
  });
}

/** Walks of people with passkeys and security keys. */
// oxlint-disable vitest/expect-expect -- waiting for what a page shows is the expectation
import { en } from '@mfakit/elements/words/en';
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

/** On the security page, a passkey of somebody who has no other factor. */
async function addFirst(who: Person): Promise<void> {
  await who.open('/security');
  await who.press(en.manage.addPasskey);
  await who.press(en.enroll.create);
  await who.sees(en.codes.title);
  await who.saveCodes();
  await who.reads(en.manage.said.on);
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
  await who.sees(en.signIn.title);
  await who.reads(en.shared.passkeyHint);
}

export function passkeyWalks(stage: () => Stage): void {
  test.each<[string, string, KeyOptions]>([
    ['a passkey of the device', 'pim', {}],
    ['a synced passkey', 'pum', { synced: true }],
    ['a security key that keeps nothing', 'pax', { resident: false, transport: 'usb' }],
    ['a security key without a PIN', 'pip', { verifies: false, resident: false, transport: 'usb' }],
    ['a U2F key', 'pug', { protocol: 'u2f' }],
  ])('%s is the second step', async (_kind, userName, options) => {
    const { who } = await withPasskey(stage(), userName, options);
    await toSecondStep(who, userName);
    await who.press(en.shared.usePasskey);
    await who.sees(`Hello, ${userName}`);
    await who.reads(en.manage.events.signed_in_webauthn);
    await who.leave();
  });

  test('a passkey alone signs in; a key that never verified its user needs the password', async () => {
    const { who } = await withPasskey(stage(), 'una');
    await who.signOut();
    await who.press('Sign in with a passkey');
    await who.sees('Hello, una');
    await who.leave();

    const { who: ulf } = await withPasskey(stage(), 'ulf', { verifies: false });
    await ulf.signOut();
    await ulf.press('Sign in with a passkey');
    await ulf.page.getByRole('alert').waitFor();
    await ulf.sees('Sign in');
    await ulf.leave();
  });

  test('a passkey that is chosen from the list at the user name signs in', async () => {
    const luz = await person(stage());
    await luz.quickly.signUp('luz');
    await virtualKey(luz.page);
    await addFirst(luz);
    // The browser chooses at once: the security page is back before anybody can look at the page between.
    const signedIn = luz.page.waitForResponse('**/passkey/sign-in');
    await luz.press('Sign out');
    await signedIn;
    await luz.sees('Hello, luz');
    await luz.reads(en.manage.events.signed_in_webauthn);
    await luz.leave();
  });

  test('a copy of a key is refused, and told of', async () => {
    const { who, key } = await withPasskey(stage(), 'cat');
    const before = await key.credentials();
    await toSecondStep(who, 'cat');
    await who.press(en.shared.usePasskey);
    await who.sees('Hello, cat');
    for (const credential of before) await key.replace(credential);
    await toSecondStep(who, 'cat');
    await who.press(en.shared.usePasskey);
    await who.reads(en.refusals.counter_regressed);
    await who.leave();
  });

  test('a device that has a passkey makes no second one', async () => {
    const { who } = await withPasskey(stage(), 'dot');
    await who.press(en.manage.addPasskey);
    await who.sees(en.enroll.proofTitle);
    await who.fill(en.shared.password, PASSWORD);
    await who.press(en.shared.usePasskey);
    await who.press(en.enroll.create);
    await who.reads(en.changeRefusals.already_registered);
    await who.leave();
  });

  // A browser gives up after ten seconds at the soonest.
  test.runIf(process.env['MFAKIT_TEST_LONG'] === '1')('a prompt that is called off can be asked again', async () => {
    const { who, key } = await withPasskey(stage(), 'eve');
    // Nobody touches the key until then.
    await who.context.addInitScript(() => {
      const get = navigator.credentials.get.bind(navigator.credentials);
      navigator.credentials.get = async ({ publicKey, ...how } = {}) =>
        get({ ...how, ...(publicKey && { publicKey: { ...publicKey, timeout: 10_000 } }) });
    });
    await toSecondStep(who, 'eve');
    await key.touch(false);
    await who.press(en.shared.usePasskey);
    await who.reads(en.refusals.passkey_cancelled);
    await key.touch(true);
    await who.press(en.shared.usePasskey);
    await who.sees('Hello, eve');
    await who.leave();
  });

  test('an answer that another site got is of no use, and a browser refuses a site that is not its own', async () => {
    const { who } = await withPasskey(stage(), 'ivo');
    const logIn = async (): Promise<{ readonly mfa_token: string; readonly request_options: object }> =>
      who.quickly.post('/api/auth/login', { user_name: 'ivo', password: PASSWORD });
    /** What the page at hand can make of it. */
    const ask = async (options: object): Promise<unknown> =>
      // As text: types do not know all of it yet.
      who.page.evaluate(`navigator.credentials
        .get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(options)}) })
        .then((credential) => credential.toJSON(), ({ name }) => name)`);
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
    expect(await ask({ ...next, rpId: 'example.org' })).toBe('SecurityError');
    await other.stop();
    await who.leave();
  });

  test('an app and a passkey side by side: each signs in, and one removes the other', async () => {
    const flo = await person(stage());
    await withoutList(flo);
    const { device } = await flo.quickly.join('flo');
    await virtualKey(flo.page);
    await flo.open('/security');
    await flo.press(en.manage.addPasskey);
    await flo.sees(en.enroll.proofTitle);
    await flo.fill(en.shared.name, 'Laptop');
    await flo.prove(device, en.shared.continue);
    await flo.press(en.enroll.create);
    await flo.reads('Laptop added.');

    await toSecondStep(flo, 'flo');
    await flo.press(en.shared.useCode);
    await flo.prove(device, en.shared.continue);
    await flo.sees('Hello, flo');

    await flo.press('Remove Authenticator app');
    await flo.fill(en.shared.password, PASSWORD);
    await flo.press(en.shared.usePasskey);
    await flo.reads('Authenticator app removed.');
    expect(await flo.page.getByRole('button', { name: /^Remove/ }).allTextContents()).toEqual(['Remove Laptop']);
    await flo.leave();
  });

  test('a browser that knows no passkeys offers none', async () => {
    const gwen = await person(stage());
    await gwen.context.addInitScript(() => Reflect.deleteProperty(globalThis, 'PublicKeyCredential'));
    await gwen.open('/');
    await gwen.field('Password').waitFor();
    expect(await gwen.page.getByRole('button', { name: /passkey/ }).count()).toBe(0);
    await gwen.quickly.signUp('gwen');
    await gwen.open('/security');
    await gwen.reads(en.manage.noPasskeys);
    expect(await gwen.page.getByRole('button', { name: /passkey/ }).count()).toBe(0);
    await gwen.leave();
  });

  test('a trusted browser signs in with the password, until it is trusted no more', async () => {
    const hob = await person(stage());
    const { device } = await hob.quickly.join('hob');
    const box = 'Don’t ask for a code in this browser for 30 days';
    await hob.signIn('hob');
    await hob.field(box).check();
    await hob.prove(device, en.shared.continue);
    await hob.sees('Hello, hob');
    await hob.reads(en.manage.browsers);

    await hob.signOut();
    await hob.signIn('hob');
    await hob.sees('Hello, hob');
    await hob.reads(en.manage.events.device_used);
    await hob.press(/^Forget Chrome/);
    await hob.reads(en.manage.said.forgotten);

    await hob.signOut();
    await hob.signIn('hob');
    await hob.sees(en.signIn.title);
    // Of somebody who must have a second factor no browser is trusted, and none offered.
    const account = await stage().acme.accounts.byName('hob');
    await stage().acme.mfa.enforce(account?.id ?? '');
    await hob.signIn('hob');
    await hob.sees(en.signIn.title);
    expect(await hob.field(box).count()).toBe(0);
    await hob.leave();
  });
}

import { virtualAuthenticator, TEST_PASSWORD } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { enroll, forgetKeptSetup, type EnrollMachine, type EnrollOptions } from '../../src/machines.ts';
import { connect, startAcme, type Acme, type Network } from '../acme.ts';
import { NO_PASSKEYS, step, testPasskeys, testStorage } from './running.ts';

interface Scene {
  readonly acme: Acme;
  readonly network: Network;
  readonly storage: Storage;
  /** Another page of the same tab. */
  readonly open: (options?: Partial<EnrollOptions>) => EnrollMachine;
}

function scene(userId: string | null = 'ann'): Scene {
  const acme = startAcme();
  const network = connect(acme, userId);
  const storage = testStorage();
  const open = (options: Partial<EnrollOptions> = {}): EnrollMachine =>
    enroll({
      client: network.client,
      accountName: userId ?? '',
      passkeys: NO_PASSKEYS,
      storage,
      now: acme.clock,
      ...options,
    });
  return { acme, network, storage, open };
}

/** Reads the picture, and gives the code that a phone shows for it. */
async function codeOf(machine: EnrollMachine, { clock }: Acme): Promise<string> {
  const { uri } = await step(machine, 'scan');
  return virtualAuthenticator(uri).code(clock());
}

describe('an authenticator app', () => {
  test('the first one: scan, confirm, save the codes, done; nothing is kept', async () => {
    const { acme, storage, open } = scene();
    const machine = open();
    const { picture, secret, uri, first } = await step(machine, 'scan');
    expect(picture).toMatch(/^data:image\/png;base64,/);
    expect(uri).toContain(secret);
    expect(first).toBe(true);
    await machine.confirm(await codeOf(machine, acme));
    const { codes } = await step(machine, 'codes');
    expect(codes).toHaveLength(10);
    expect(storage.length).toBe(0);
    machine.finish();
    expect(machine.get()).toMatchObject({ step: 'done', kind: 'totp', factorId: expect.any(String) });
    expect((await acme.mfa.status('ann')).enabled).toBe(true);
  });

  test('a reload shows the same picture, and begins no second setup', async () => {
    const { acme, network, open } = scene();
    const { picture } = await step(open(), 'scan');
    const sent = network.sent.length;
    const again = open();
    expect(await step(again, 'scan')).toMatchObject({ picture, first: true });
    expect(network.sent).toHaveLength(sent);
    await again.confirm(await codeOf(again, acme));
    expect((await step(again, 'codes')).codes).toHaveLength(10);
  });

  test('a setup of somebody else, or one that was signed out of, is not shown', async () => {
    const { storage, open } = scene();
    const { picture } = await step(open({ accountName: 'bob' }), 'scan');
    expect((await step(open(), 'scan')).picture).not.toBe(picture);
    const { picture: own } = await step(open(), 'scan');
    forgetKeptSetup(storage);
    expect((await step(open(), 'scan')).picture).not.toBe(own);
  });

  test('a setup that waits is no answer to somebody who wants a passkey, and stays', async () => {
    const { open } = scene();
    const passkeys = await testPasskeys();
    const { picture } = await step(open(), 'scan');
    await step(open({ passkeys, kinds: ['passkey'] }), 'passkey');
    expect(await step(open(), 'scan')).toMatchObject({ picture });
  });

  test('whoever chose it can choose again: the setup is given up, after a reload as well', async () => {
    const { open } = scene();
    const passkeys = await testPasskeys();
    const machine = open({ passkeys });
    await step(machine, 'choose');
    await machine.pick('totp');
    const { picture, others } = await step(machine, 'scan');
    expect(others).toBe(true);
    machine.reconsider();
    await step(machine, 'choose');
    await step(open({ passkeys }), 'choose');
    await machine.pick('passkey');
    expect(await step(machine, 'passkey')).toMatchObject({ others: true });
    machine.reconsider();
    await machine.pick('totp');
    expect((await step(machine, 'scan')).picture).not.toBe(picture);
    const only = open({ kinds: ['totp'] });
    expect((await step(only, 'scan')).others).toBe(false);
    only.reconsider();
    expect(only.get().step).toBe('scan');
  });

  test('a wrong code is told beside the picture, which stays', async () => {
    const { open } = scene();
    const machine = open();
    const { picture } = await step(machine, 'scan');
    await machine.confirm('000000');
    expect(machine.get()).toMatchObject({ step: 'scan', picture, told: { code: 'invalid_code', field: 'code' } });
  });

  test('the answer to the confirmation was lost: the codes are shown all the same', async () => {
    const { acme, network, open } = scene();
    const machine = open();
    const code = await codeOf(machine, acme);
    network.loseAnswer();
    await machine.confirm(code);
    expect(machine.get()).toMatchObject({ step: 'scan', told: { code: 'no_answer' } });
    await machine.confirm(code);
    expect((await step(machine, 'codes')).codes).toHaveLength(10);
  });

  test('ten wrong codes end the setup; another begins on demand', async () => {
    const { open } = scene();
    const machine = open();
    const { picture } = await step(machine, 'scan');
    while (machine.get().step === 'scan') await machine.confirm('000000');
    expect(machine.get()).toEqual({ step: 'failed', told: { code: 'setup_voided' }, next: 'restart' });
    await machine.proceed();
    expect((await step(machine, 'scan')).picture).not.toBe(picture);
  });

  test('two tabs: the older picture is replaced, and the newer one is good', async () => {
    const { acme, open } = scene();
    const older = open({ storage: null });
    const code = await codeOf(older, acme);
    const newer = open({ storage: null });
    await step(newer, 'scan');
    await older.confirm(code);
    expect(older.get()).toMatchObject({ step: 'failed', told: { code: 'setup_replaced' }, next: 'restart' });
    await newer.confirm(await codeOf(newer, acme));
    await step(newer, 'codes');
  });

  test('two tabs with one picture: what one confirmed goes on in the other', async () => {
    const { acme, open } = scene();
    const one = open();
    const code = await codeOf(one, acme);
    const other = open();
    await step(other, 'scan');
    await one.confirm(code);
    await step(one, 'codes');
    await other.confirm(code);
    expect((await step(other, 'codes')).codes).toHaveLength(10);
  });

  test('a further one wants proof, and a name; it brings no codes', async () => {
    const { acme, open } = scene();
    const ann = await acme.enroll('ann');
    const machine = open();
    const asked = await step(machine, 'proof');
    expect(asked).toMatchObject({ factorNeeded: true, passwordNeeded: true, ways: ['code', 'backup_code'] });
    await machine.prove({ answer: { code: ann.code() }, password: 'wrong' });
    expect(machine.get()).toMatchObject({ step: 'proof', told: { code: 'invalid_password', field: 'password' } });
    acme.clock.advance({ seconds: 30 });
    await machine.prove({ answer: { code: ann.code() }, password: TEST_PASSWORD, label: 'Old phone' });
    expect((await step(machine, 'scan')).first).toBe(false);
    await machine.confirm(await codeOf(machine, acme));
    await step(machine, 'done');
    expect((await acme.mfa.status('ann')).factors.map(({ label }) => label)).toContain('Old phone');
  });

  test('ten clicks confirm once', async () => {
    const { acme, network, open } = scene();
    const machine = open();
    const code = await codeOf(machine, acme);
    await Promise.all(Array.from({ length: 10 }, () => machine.confirm(code)));
    expect(network.sent.filter((call) => call.endsWith('/totp/confirm'))).toHaveLength(1);
  });
});

describe('a passkey', () => {
  test('the first one: one click, then the codes', async () => {
    const { acme, open } = scene();
    const machine = open({ passkeys: await testPasskeys() });
    expect((await step(machine, 'choose')).kinds).toEqual(['passkey', 'totp']);
    await machine.pick('passkey');
    await machine.create();
    expect((await step(machine, 'codes')).codes).toHaveLength(10);
    machine.finish();
    expect(machine.get()).toMatchObject({ step: 'done', kind: 'passkey' });
    expect((await acme.mfa.status('ann')).factors).toMatchObject([{ kind: 'webauthn' }]);
  });

  test('a closed prompt changes nothing, and the next click stages nothing anew', async () => {
    const { network, open } = scene();
    const passkeys = await testPasskeys();
    const machine = open({ passkeys, kinds: ['passkey'] });
    await step(machine, 'passkey');
    passkeys.end('cancelled');
    await machine.create();
    expect(machine.get()).toMatchObject({ step: 'passkey', busy: false, told: { code: 'passkey_cancelled' } });
    await machine.create();
    await step(machine, 'codes');
    expect(network.sent.filter((call) => call.endsWith('/webauthn/setup'))).toHaveLength(1);
  });

  test('a further one: the proof is given once, whatever becomes of the prompt', async () => {
    const { acme, open } = scene();
    const ann = await acme.enroll('ann');
    const passkeys = await testPasskeys();
    const machine = open({ passkeys, kinds: ['passkey'] });
    await step(machine, 'proof');
    await machine.prove({ answer: { code: ann.code() }, password: TEST_PASSWORD, label: 'Laptop' });
    await step(machine, 'passkey');
    passkeys.end('failed');
    await machine.create();
    expect(machine.get()).toMatchObject({ step: 'passkey', told: { code: 'passkey_failed' } });
    await machine.create();
    await step(machine, 'done');
  });

  test('a browser without passkeys is offered none; if nothing else is offered, it is told', async () => {
    const { open } = scene();
    await step(open(), 'scan');
    const only = open({ kinds: ['passkey'], storage: null });
    expect(await step(only, 'failed')).toMatchObject({ told: { code: 'passkey_unsupported' } });
  });
});

describe('somebody who must enroll', () => {
  test('the token stands for the session, and the end is a sign-in', async () => {
    const { acme, open } = scene(null);
    await acme.mfa.enforce('ann');
    const { mfa_token: token } = await acme.logIn('ann');
    const machine = open({ token });
    await machine.confirm(await codeOf(machine, acme));
    await step(machine, 'codes');
    machine.finish();
    expect(machine.get()).toMatchObject({ step: 'done', kind: 'totp' });
  });

  test('a passkey, too', async () => {
    const { acme, open } = scene(null);
    await acme.mfa.enforce('ann');
    const { mfa_token: token } = await acme.logIn('ann');
    const machine = open({ token, passkeys: await testPasskeys(), kinds: ['passkey'] });
    await step(machine, 'passkey');
    await machine.create();
    await step(machine, 'codes');
  });

  test('a token that has ended leads back to the sign-in', async () => {
    const { acme, open } = scene(null);
    await acme.mfa.enforce('ann');
    const { mfa_token: token } = await acme.logIn('ann');
    const machine = open({ token });
    const code = await codeOf(machine, acme);
    acme.clock.advance({ minutes: 11 });
    await machine.confirm(code);
    expect(machine.get()).toMatchObject({ step: 'failed', told: { code: 'invalid_token' }, next: 'sign_in' });
  });
});

test('nobody is signed in any more', async () => {
  const { open } = scene(null);
  expect(await step(open(), 'failed')).toMatchObject({ told: { code: 'not_signed_in' }, next: 'sign_in' });
});

test('no answer at the beginning: it says so, and begins on demand', async () => {
  const { network, open } = scene();
  network.cut(1);
  const machine = open();
  expect(await step(machine, 'failed')).toMatchObject({ told: { code: 'no_answer' }, next: 'restart' });
  await machine.proceed();
  await step(machine, 'scan');
});

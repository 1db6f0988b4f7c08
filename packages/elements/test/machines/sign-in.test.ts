import { expect, test } from 'vitest';
import { signIn, type Begun, type SignInMachine, type SignInState } from '../../src/machines.ts';
import { connect, startAcme, type Acme, type Network } from '../acme.ts';
import { addPasskey, NO_PASSKEYS, step, testPasskeys } from './running.ts';

interface Scene {
  readonly acme: Acme;
  readonly network: Network;
  readonly begun: Begun;
  readonly code: () => string;
  readonly wrongCode: () => string;
  readonly backupCodes: readonly string[];
  readonly machine: SignInMachine;
}

async function begin(changes: Partial<Begun> = {}): Promise<Scene> {
  const acme = startAcme();
  const { code, wrongCode, backupCodes } = await acme.enroll('ann');
  const begun = await acme.logIn('ann');
  if (begun.next !== 'verify') throw new Error('Who has enrolled is asked for a code');
  const network = connect(acme, null);
  const asked = { ...begun, ...changes };
  const machine = signIn({ client: network.client, begun: asked, passkeys: NO_PASSKEYS, now: acme.clock });
  return { acme, network, begun: asked, code, wrongCode, backupCodes, machine };
}

/** The steps and refusals that a machine goes through from now on. */
function watch(machine: SignInMachine): readonly string[] {
  const seen: string[] = [];
  machine.subscribe((state: SignInState) => {
    const told = 'told' in state && state.told !== null ? ` ${state.told.code}` : '';
    seen.push(`${state.step}${'busy' in state && state.busy ? ' busy' : ''}${told}`);
  });
  return seen;
}

test('a right code signs in, and spaces around its digits are the server’s to judge', async () => {
  const { machine, code } = await begin();
  expect(machine.get()).toMatchObject({ step: 'asking', way: 'code', ways: ['code', 'backup_code'], trustDays: 30 });
  const digits = code();
  await machine.answer({ code: `${digits.slice(0, 3)} ${digits.slice(3)}` });
  expect(machine.get()).toEqual({ step: 'done', method: 'totp', backupCodesRemaining: 10 });
});

test('five answers at once are one request, and the end is told once', async () => {
  const { machine, network, code } = await begin();
  const seen = watch(machine);
  const answer = { code: code() };
  await Promise.all(Array.from({ length: 5 }, () => machine.answer(answer)));
  expect(network.sent).toEqual(['POST /totp-verify']);
  expect(seen).toEqual(['asking', 'asking busy', 'done']);
});

test('a wrong code is told beside its field, and nothing else is lost', async () => {
  const { machine, wrongCode } = await begin();
  await machine.answer({ code: wrongCode() });
  expect(machine.get()).toMatchObject({
    step: 'asking',
    way: 'code',
    busy: false,
    told: { code: 'invalid_code', field: 'code' },
  });
});

test('a backup code works in place of a code, and trusts no browser', async () => {
  const { acme, machine, backupCodes } = await begin();
  machine.choose('backup_code');
  await machine.answer({ backupCode: backupCodes[0] ?? '' }, { trust: true });
  expect(machine.get()).toEqual({ step: 'done', method: 'backup_code', backupCodesRemaining: 9 });
  expect((await acme.mfa.status('ann')).devices).toEqual([]);
});

test('a ticked box trusts the browser, by the name it is given', async () => {
  const { acme, network, begun, code } = await begin();
  const machine = signIn({
    client: network.client,
    begun,
    passkeys: NO_PASSKEYS,
    now: acme.clock,
    browserName: 'Firefox on Linux',
  });
  await machine.answer({ code: code() }, { trust: true });
  await step(machine, 'done');
  expect((await acme.mfa.status('ann')).devices).toMatchObject([{ label: 'Firefox on Linux' }]);
});

test('an answer that was lost: the next try finds the step done', async () => {
  const { machine, network, code } = await begin();
  network.loseAnswer();
  await machine.answer({ code: code() });
  expect(machine.get()).toMatchObject({ step: 'asking', told: { code: 'no_answer' } });
  await machine.answer({ code: code() });
  expect(machine.get()).toEqual({ step: 'done', method: null, backupCodesRemaining: null });
});

test('without a network it says so, and sends nothing by itself', async () => {
  const { machine, network, code } = await begin();
  network.cut(1);
  await machine.answer({ code: code() });
  expect(machine.get()).toMatchObject({ step: 'asking', busy: false, told: { code: 'no_answer' } });
  expect(network.sent).toHaveLength(1);
  await machine.answer({ code: code() });
  expect(machine.get().step).toBe('done');
});

test('a token that has ended leads back to the password', async () => {
  const { acme, machine, code } = await begin({ expires_at: undefined });
  acme.clock.advance({ minutes: 6 });
  await machine.answer({ code: code() });
  expect(machine.get()).toEqual({ step: 'expired', told: { code: 'invalid_token' } });
});

test('where there is nothing that this browser could answer with, nothing is asked', async () => {
  const { machine } = await begin({ methods: ['webauthn'] });
  expect(machine.get()).toMatchObject({ step: 'asking', way: null, ways: [] });
});

test('a passkey comes first; a closed prompt changes nothing, and the next one signs in', async () => {
  const acme = startAcme();
  const ann = await acme.enroll('ann');
  const passkeys = await testPasskeys();
  await addPasskey(acme, ann, passkeys);
  const begun = await acme.logIn('ann');
  if (begun.next !== 'verify') throw new Error('Who has enrolled is asked for a code');
  const { client } = connect(acme, null);
  const machine = signIn({ client, begun, passkeys, now: acme.clock });
  expect(machine.get()).toMatchObject({ way: 'passkey', ways: ['passkey', 'code', 'backup_code'] });
  passkeys.end('cancelled');
  await machine.answer({ passkey: true });
  expect(machine.get()).toMatchObject({ step: 'asking', way: 'passkey', told: { code: 'passkey_cancelled' } });
  passkeys.end('aborted');
  await machine.answer({ passkey: true });
  expect(machine.get()).toMatchObject({ step: 'asking', way: 'passkey', busy: false, told: null });
  await machine.answer({ passkey: true });
  expect(machine.get()).toMatchObject({ step: 'done', method: 'webauthn' });
});

test('after many wrong codes two in a row are asked for; half right is told as wrong', async () => {
  const acme = startAcme({ lockout: { slowLimit: 10 } });
  const { wrongCode, code, phone } = await acme.enroll('ann');
  for (let guess = 0; guess < 10; guess += 1) await acme.mfa.stepUp('ann', { code: wrongCode() }).catch(() => null);
  acme.clock.advance({ hours: 2 });
  const begun = await acme.logIn('ann');
  if (begun.next !== 'verify') throw new Error('Who has enrolled is asked for a code');
  const { client } = connect(acme, null);
  const machine = signIn({ client, begun, passkeys: NO_PASSKEYS, now: acme.clock });
  await machine.answer({ code: code() });
  expect(machine.get()).toMatchObject({
    step: 'asking',
    twoCodes: true,
    told: { code: 'two_codes_required', field: 'next_code' },
  });
  await machine.answer({ code: code(), nextCode: '000000' });
  expect(machine.get()).toMatchObject({ step: 'asking', twoCodes: true, told: { code: 'invalid_code' } });
  await machine.answer({ code: code(), nextCode: phone.code(acme.clock() + 30_000) });
  expect(machine.get()).toMatchObject({ step: 'done', method: 'totp' });
});

test('once destroyed nothing changes and nobody is told anything', async () => {
  const { machine, network, code } = await begin();
  const seen = watch(machine);
  network.hold(true);
  const answered = machine.answer({ code: code() });
  machine.destroy();
  network.hold(false);
  await answered;
  expect(seen).toEqual(['asking', 'asking busy']);
});

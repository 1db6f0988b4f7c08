import { TEST_PASSWORD } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { manage } from '../../src/machines.ts';
import { connect, startAcme } from '../acme.ts';
import { addPasskey, NO_PASSKEYS, step, testPasskeys } from './running.ts';

async function scene(signedIn: string | null = 'ann') {
  const acme = startAcme();
  const ann = await acme.enroll('ann');
  const network = connect(acme, signedIn);
  const machine = manage({ client: network.client, passkeys: NO_PASSKEYS, now: acme.clock });
  return { acme, ann, network, machine };
}

test('it shows what protects the account, and what happened', async () => {
  const { machine } = await scene();
  const { status, events, more } = await step(machine, 'ready');
  expect(status).toMatchObject({ enabled: true, backup_codes_remaining: 10 });
  expect(events.map(({ type }) => type)).toEqual(['factor_added', 'setup_started']);
  expect(more).toBe(false);
});

test('older events come page by page, each once', async () => {
  const { acme, ann, network } = await scene();
  for (let tries = 0; tries < 9; tries += 1) {
    acme.clock.advance({ seconds: 30 });
    await acme.mfa.stepUp('ann', { code: ann.code() });
  }
  const machine = manage({ client: network.client, passkeys: NO_PASSKEYS, now: acme.clock });
  expect((await step(machine, 'ready')).events).toHaveLength(10);
  await Promise.all([machine.more(), machine.more()]);
  const { events, more } = await step(machine, 'ready');
  expect(events.map(({ seq }) => seq)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(more).toBe(false);
});

test('removing the last one asks, takes a proof, and says that it is off now', async () => {
  const { ann, machine } = await scene();
  const { status } = await step(machine, 'ready');
  const [factor] = status.factors;
  if (factor === undefined) throw new Error('Ann has an app');
  machine.ask({ kind: 'remove', factor, last: true });
  expect(machine.get()).toMatchObject({ step: 'asking', passwordNeeded: true, way: 'code' });
  machine.cancel();
  expect((await step(machine, 'ready')).status.enabled).toBe(true);
  machine.ask({ kind: 'remove', factor, last: true });
  await machine.answer({ code: ann.wrongCode() }, TEST_PASSWORD);
  expect(machine.get()).toMatchObject({ step: 'asking', told: { code: 'invalid_code' } });
  await machine.answer({ code: ann.code() }, TEST_PASSWORD);
  expect(await step(machine, 'ready')).toMatchObject({ status: { enabled: false }, said: { code: 'off' } });
});

test('new backup codes are shown once, and the count is right afterwards', async () => {
  const { acme, ann, machine } = await scene();
  await step(machine, 'ready');
  machine.ask({ kind: 'regenerate' });
  await machine.answer({ backupCode: ann.backupCodes[0] ?? '' }, TEST_PASSWORD);
  const { codes } = await step(machine, 'codes');
  expect(codes).toHaveLength(10);
  expect(codes).not.toContain(ann.backupCodes[1]);
  await machine.finish();
  expect(await step(machine, 'ready')).toMatchObject({
    status: { backup_codes_remaining: 10 },
    said: { code: 'regenerated' },
  });
  expect((await acme.mfa.status('ann')).backupCodesRemaining).toBe(10);
});

test('turned off, everything is gone', async () => {
  const { ann, machine } = await scene();
  await step(machine, 'ready');
  machine.ask({ kind: 'disable' });
  await machine.answer({ code: ann.code() }, TEST_PASSWORD);
  expect(await step(machine, 'ready')).toMatchObject({
    status: { enabled: false, factors: [] },
    said: { code: 'off' },
  });
});

test('another tab was faster: what is shown then is true', async () => {
  const { acme, ann, machine } = await scene();
  const { status } = await step(machine, 'ready');
  const [factor] = status.factors;
  if (factor === undefined) throw new Error('Ann has an app');
  await acme.mfa.disable('ann', ann.proof());
  acme.clock.advance({ seconds: 30 });
  machine.ask({ kind: 'remove', factor, last: true });
  await machine.answer({ code: ann.code() }, TEST_PASSWORD);
  const shown = machine.get();
  // The session is of before the change, or the factor is not there any more: neither is told as a wrong code.
  expect(shown.step === 'ready' ? shown.told?.code : shown.step).toMatch(
    /^(?:factor_not_found|not_enabled|signed_out)$/,
  );
});

test('seen again, it shows what has changed meanwhile', async () => {
  const { acme, network } = await scene('bea');
  const machine = manage({ client: network.client, passkeys: NO_PASSKEYS, now: acme.clock });
  expect((await step(machine, 'ready')).status.enabled).toBe(false);
  await acme.enroll('bea');
  await machine.refresh();
  expect((await step(machine, 'ready')).status.enabled).toBe(true);
});

test('an enrollment that ends is said, and the list has it', async () => {
  const { acme, ann, network } = await scene();
  const passkeys = await testPasskeys();
  const machine = manage({ client: network.client, passkeys, now: acme.clock });
  await step(machine, 'ready');
  machine.add('passkey');
  expect(machine.get()).toEqual({ step: 'adding', kind: 'passkey' });
  await addPasskey(acme, ann, passkeys);
  await machine.added();
  const { status, said } = await step(machine, 'ready');
  expect(status.factors).toHaveLength(2);
  expect(said).toMatchObject({ code: 'added', name: expect.any(String) });
  expect((await step(machine, 'ready')).said?.name).toBe(status.factors.find(({ kind }) => kind === 'webauthn')?.label);
});

test('a trusted browser is forgotten, also if another tab was faster', async () => {
  const { acme, ann, network } = await scene();
  for (const label of ['Firefox', 'Chrome']) {
    acme.clock.advance({ seconds: 30 });
    const begun = await acme.logIn('ann');
    await acme.mfa.verify({ token: begun.mfa_token, code: ann.code(), trustDevice: { label } });
  }
  const machine = manage({ client: network.client, passkeys: NO_PASSKEYS, now: acme.clock });
  const { status } = await step(machine, 'ready');
  const [one, other] = status.devices;
  await machine.forget(one?.id ?? '');
  expect(await step(machine, 'ready')).toMatchObject({ said: { code: 'forgotten' } });
  await acme.mfa.forgetDevice('ann', other?.id ?? '');
  await machine.forget(other?.id ?? '');
  expect(await step(machine, 'ready')).toMatchObject({ status: { devices: [] }, told: null });
});

test('signed out, or unreachable', async () => {
  const { machine } = await scene(null);
  expect(await step(machine, 'signed_out')).toMatchObject({ told: { code: 'not_signed_in' } });
  const { acme, network, machine: first } = await scene();
  await step(first, 'ready');
  network.cut(2);
  const late = manage({ client: network.client, passkeys: NO_PASSKEYS, now: acme.clock });
  expect(await step(late, 'failed')).toMatchObject({ told: { code: 'no_answer' } });
  await late.refresh();
  await step(late, 'ready');
  network.cut(2);
  await late.refresh();
  // What was shown stays.
  expect(await step(late, 'ready')).toMatchObject({ status: { enabled: true }, told: { code: 'no_answer' } });
});

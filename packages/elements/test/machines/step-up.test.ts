import { ClientProblem } from '@mfakit/http/client';
import { expect, test } from 'vitest';
import { stepUp, withStepUp, type StepUpMachine } from '../../src/machines.ts';
import { connect, startAcme } from '../acme.ts';
import { NO_PASSKEYS, step } from './running.ts';

async function scene(signedIn: string | null = 'ann') {
  const acme = startAcme();
  const ann = await acme.enroll('ann');
  const network = connect(acme, signedIn);
  const machine = stepUp({ client: network.client, passkeys: NO_PASSKEYS, now: acme.clock });
  return { acme, ann, network, machine };
}

const challenge = (): ClientProblem =>
  new ClientProblem(401, {
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    detail: 'A more recent second factor is required',
    code: 'insufficient_user_authentication',
  });

/** A route that asks for a fresh factor as long as none was given. */
function payOut(machine: StepUpMachine): { readonly call: () => Promise<string>; readonly calls: () => number } {
  let calls = 0;
  let fresh = false;
  machine.subscribe(({ step: name }) => {
    if (name === 'idle') fresh = calls > 0;
  });
  return {
    calls: () => calls,
    async call() {
      calls += 1;
      if (!fresh) throw challenge();
      return 'paid';
    },
  };
}

test('it asks nothing by itself, and a right code settles the question', async () => {
  const { ann, network, machine } = await scene();
  expect(machine.get()).toEqual({ step: 'idle' });
  expect(network.sent).toEqual([]);
  const asked = machine.ask({ reason: 'You are about to pay out 100.' });
  expect(await step(machine, 'asking')).toMatchObject({ reason: 'You are about to pay out 100.', way: 'code' });
  await machine.answer({ code: ann.code() });
  expect(await asked).toBe(true);
  expect(machine.get()).toEqual({ step: 'idle' });
});

test('cancelled it is false, also while an answer is under way', async () => {
  const { ann, network, machine } = await scene();
  const asked = machine.ask();
  await step(machine, 'asking');
  network.hold(true);
  const answered = machine.answer({ code: ann.code() });
  machine.cancel();
  expect(await asked).toBe(false);
  network.hold(false);
  await answered;
  expect(machine.get()).toEqual({ step: 'idle' });
});

test('asked twice at once it is one question', async () => {
  const { ann, machine } = await scene();
  const both = [machine.ask(), machine.ask()];
  await step(machine, 'asking');
  await machine.answer({ code: ann.code() });
  expect(await Promise.all(both)).toEqual([true, true]);
});

test('destroyed it is false', async () => {
  const { machine } = await scene();
  const asked = machine.ask();
  machine.destroy();
  expect(await asked).toBe(false);
});

test('a wrong code is told, and the next one is taken', async () => {
  const { ann, machine } = await scene();
  const asked = machine.ask();
  await step(machine, 'asking');
  await machine.answer({ code: ann.wrongCode() });
  expect(machine.get()).toMatchObject({ step: 'asking', told: { code: 'invalid_code', field: 'code' } });
  machine.chooseWay('backup_code');
  expect(machine.get()).toMatchObject({ way: 'backup_code', told: null });
  await machine.answer({ backupCode: ann.backupCodes[3] ?? '' });
  expect(await asked).toBe(true);
});

test('who is signed out, or has nothing to answer with, is told so', async () => {
  const { machine } = await scene(null);
  void machine.ask();
  expect(await step(machine, 'failed')).toEqual({ step: 'failed', told: { code: 'not_signed_in' } });
  const { machine: without } = await scene('bea');
  void without.ask();
  expect(await step(without, 'failed')).toEqual({ step: 'failed', told: { code: 'not_enabled' } });
});

test('no answer: it says so, and loads on demand', async () => {
  const { network, machine } = await scene();
  network.cut(1);
  void machine.ask();
  expect(await step(machine, 'failed')).toMatchObject({ told: { code: 'no_answer' } });
  await machine.retry();
  await step(machine, 'asking');
});

test('a call that is refused for want of a fresh factor goes out once more after one', async () => {
  const { ann, machine } = await scene();
  const { call, calls } = payOut(machine);
  const paid = withStepUp(machine)(call);
  await step(machine, 'asking');
  await machine.answer({ code: ann.code() });
  expect(await paid).toBe('paid');
  expect(calls()).toBe(2);
});

test('cancelled, the refusal is thrown; any other refusal asks nothing', async () => {
  const { machine } = await scene();
  const { call, calls } = payOut(machine);
  const paid = withStepUp(machine)(call);
  const refusal = paid.catch((error: unknown) => error);
  await step(machine, 'asking');
  machine.cancel();
  expect(await refusal).toMatchObject({ problem: { code: 'insufficient_user_authentication' } });
  expect(calls()).toBe(1);
  const broken = withStepUp(machine)(() => Promise.reject(new Error('broken')));
  await expect(broken).rejects.toThrow('broken');
  expect(machine.get().step).toBe('idle');
});

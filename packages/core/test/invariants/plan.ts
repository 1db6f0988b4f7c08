/** Plan: the input of a call, the result that the model expects, and how to make the call. */
import type { BeginResult } from '@mfakit/core';
import { TEST_PASSWORD } from '@mfakit/testkit';
import * as model from './model.ts';
import type { Call, User } from './steps.ts';
import { pickedCookie, pickedToken, typed, type World } from './world.ts';

export interface Plan {
  /** The user it is about. If there is a token, the user that the token names. */
  readonly user: User;
  readonly verdict: model.Verdict;
  readonly presented: model.Presented | null;
  readonly token: model.ModelToken | null;
  /** Makes the call, and gives the model what it could not guess: new secrets, codes and tokens. */
  readonly run: () => Promise<unknown>;
}

type Outcome = Pick<Plan, 'verdict' | 'run'>;

const ok = (writes: boolean): model.Verdict => ({ outcome: 'accepted', writes });
const no = (outcome: string): model.Verdict => ({ outcome, writes: false });

export const WRONG_PASSWORD = 'wrong horse';

const FORGED_TOKEN = 'no-token';
const FALLBACK: model.Presented = { code: '000000' };

/** Plays the step in the model. */
export function plan(world: World, step: Call): Plan {
  const token = pickedToken(world, step);
  const user = token === null ? step.user : token.user;
  const presented = 'factor' in step && step.factor !== null ? typed(world, step.user, step.factor) : null;
  return { user, presented, token, ...outcomeOf(world, step, { user, presented, token }) };
}

function outcomeOf(world: World, step: Call, given: Pick<Plan, 'user' | 'presented' | 'token'>): Outcome {
  const { app, drawers } = world;
  const { user: name, token } = given;
  const presented = given.presented ?? FALLBACK;
  const user = world.users[name];
  const mfa = app.mfa();
  const now = app.clock();
  const text = token?.text ?? FORGED_TOKEN;
  const cookie = pickedCookie(world, step);

  switch (step.call) {
    case 'begin': {
      const verdict = model.begin(user, now, cookie);
      const run = async (): Promise<void> => {
        const begun = await mfa.begin(name, {}, { device: cookie });
        if (begun.next !== verdict.next) throw new Error(`begin says ${begun.next}, not ${verdict.next}`);
        if (begun.next !== 'signed-in') return void world.tokens.push(issued(begun, name, user.era));
        if ((begun.device === undefined) !== (verdict.rotated === undefined)) throw new Error('begin rotates wrongly');
        if (begun.device !== undefined) verdict.rotated?.cookies.push(begun.device.cookie);
      };
      return { verdict, run };
    }
    case 'verify': {
      const closed = model.whyClosed(user, token, 'verify', now);
      const barrier = closed ?? (token?.era === user.era ? null : 'invalid_token');
      const mayTrust = step.trust === true && 'code' in presented && !model.isEnforced(user, now);
      let trusted: model.ModelDevice | null = null;
      const apply = (): void => {
        if (token !== null) token.spent = true;
        if (mayTrust) trusted = model.trust(user, now);
      };
      const verdict = attempt(world, step, given, barrier, apply);
      const run = async (): Promise<void> => {
        const trustDevice = step.trust === true ? {} : undefined;
        const { device } = await mfa.verify({ token: text, ...presented, trustDevice });
        if ((device === undefined) !== (trusted === null)) throw new Error('verify trusts wrongly');
        if (device === undefined || trusted === null) return;
        trusted.cookies.push(device.cookie);
        drawers[name].browsers.push(trusted.cookies);
      };
      return { verdict, run };
    }
    case 'stepUp': {
      const verdict = attempt(world, step, given, null, () => undefined);
      return { verdict, run: () => mfa.stepUp(name, presented) };
    }
    case 'setup':
      return setupOutcome(world, step, given);
    case 'confirm': {
      const code = 'code' in presented ? presented.code : '000000';
      const held = step.token === null ? null : (token ?? 'forged');
      const verdict = model.confirm(user, now, { typed: code, token: held, crash: step.fault === 'crash' });
      const run = async (): Promise<unknown> =>
        step.token === null ? mfa.confirm({ userId: name }, { code }) : mfa.confirm({ token: text }, { code });
      return { verdict, run };
    }
    case 'disable': {
      const verdict = attempt(world, step, given, keepsLast(user, 0, now), () => model.removeFactors(user, []));
      return { verdict, run: () => mfa.disable(name, proofOf(step, presented)) };
    }
    case 'removeFactor': {
      const removed = user.factors[step.index];
      const left = user.factors.filter((factor) => factor !== removed);
      const barrier = removed === undefined ? 'factor_not_found' : keepsLast(user, left.length, now);
      // Consuming the evidence changes the same objects, so what is left is read from them afterward.
      const verdict = attempt(world, step, given, barrier, () => model.removeFactors(user, left));
      const factorId = removed?.device.factorId ?? 'none';
      return { verdict, run: () => mfa.removeFactor(name, factorId, proofOf(step, presented)) };
    }
    case 'regenerate': {
      const verdict = attempt(world, step, given, null, () => undefined);
      const run = async (): Promise<void> => {
        const { backupCodes } = await mfa.regenerate(name, proofOf(step, presented));
        user.codes = backupCodes;
        drawers[name].backupCodes.push(...backupCodes);
      };
      return { verdict, run };
    }
    case 'enforce': {
      const from = now + step.inSeconds * 1000;
      const writes = user.enforcedFrom !== from;
      if (user.enforcedFrom === null && user.factors.length === 0) user.era += 1;
      user.enforcedFrom = from;
      return { verdict: ok(writes), run: () => mfa.enforce(name, { from: new Date(from) }) };
    }
    case 'exempt': {
      return { verdict: model.exempt(user), run: () => mfa.exempt(name) };
    }
    case 'breakGlass': {
      const { minutes } = step;
      const verdict = model.breakGlass(user, now, minutes);
      return { verdict, run: () => mfa.breakGlass(name, { minutes }, { reason: 'repairs' }) };
    }
    case 'unlock':
      return { verdict: model.unlock(user), run: () => mfa.unlock(name) };
    case 'reset':
      return { verdict: model.reset(user), run: () => mfa.reset(name) };
    case 'passwordChanged':
      return { verdict: model.passwordChanged(user), run: () => mfa.passwordChanged(name) };
    case 'forget':
      return { verdict: model.forget(user), run: () => mfa.forget(name) };
    case 'passwordFailed':
      return {
        verdict: model.passwordFailed(user, now, cookie),
        run: () => mfa.passwordFailed(name, {}, { device: cookie }),
      };
    case 'assertNotLocked':
      return {
        verdict: model.isLockedFor(user, now, cookie) ? no('locked') : ok(false),
        run: () => mfa.assertNotLocked(name, { device: cookie }),
      };
    case 'forgetDevice': {
      // Whatever is gone already is found no more, and so is what its owner does not see.
      const device = model.aliveDevices(user, now)[step.index];
      const left = user.devices.filter((other) => other !== device);
      const verdict = device === undefined ? no('device_not_found') : model.forgetDevices(user, left);
      const run = async (): Promise<void> => {
        const { devices } = await mfa.status(name);
        await mfa.forgetDevice(name, devices[step.index]?.id ?? 'none');
      };
      return { verdict, run };
    }
    case 'forgetDevices':
      return { verdict: model.forgetDevices(user, []), run: () => mfa.forgetDevices(name) };
  }
}

/** An attempt in the model, with a proof if the call takes a password. */
function attempt(
  { app, users }: World,
  step: Call,
  { user, presented }: Pick<Plan, 'user' | 'presented'>,
  barrier: string | null,
  apply: () => void,
): model.Verdict {
  const password = 'password' in step ? step.password : null;
  if (password === 'missing') return no('proof_required');
  const factor = presented ?? FALLBACK;
  return model.attempt(users[user], app.clock(), {
    factor,
    password,
    crash: step.fault === 'crash',
    barrier,
    full: step.call === 'verify' || password !== null,
    inSession: step.call !== 'verify',
    apply,
  });
}

function setupOutcome(
  world: World,
  step: Extract<Call, { call: 'setup' }>,
  given: Pick<Plan, 'user' | 'presented' | 'token'>,
): Outcome {
  const { user: name, token, presented } = given;
  const user = world.users[name];
  const proven = step.token === null && presented !== null;
  const run = async (): Promise<void> => {
    const shown = await world.app
      .mfa()
      .setup(step.token === null ? { userId: name } : { token: token?.text ?? FORGED_TOKEN }, {
        accountName: 'someone@example.com',
        ...(proven && { proof: proofOf(step, presented) }),
      });
    const codes = shown.backupCodes.length === 0 ? null : shown.backupCodes;
    const device = model.device(shown.factorId, shown.uri);
    user.voided = false;
    user.pending = { device, expiresAt: shown.expiresAt.getTime(), failures: 0, codes };
    world.drawers[name].setups.push(shown);
    world.drawers[name].devices.push(device);
    world.drawers[name].backupCodes.push(...shown.backupCodes);
  };

  if (proven && step.password === 'missing') return { verdict: no('proof_required'), run };
  if (proven && user.factors.length > 0) {
    const barrier = user.factors.length < model.LIMITS.maxFactors ? null : 'too_many_factors';
    return { verdict: attempt(world, step, given, barrier, () => undefined), run };
  }
  const now = world.app.clock();
  const barrier = step.token === null ? null : model.enrollBarrier(user, token, now);
  const refused = barrier ?? (user.factors.length > 0 ? 'already_enabled' : null);
  if (refused !== null) return { verdict: no(refused), run };
  if (proven && step.password !== 'missing') {
    return { verdict: model.passwordAlone(user, now, { password: step.password, crash: step.fault === 'crash' }), run };
  }
  // Nothing is hashed here, so no crash of slow work can meet it.
  return { verdict: ok(true), run };
}

/** Why the last factor stays. */
function keepsLast(user: model.ModelUser, left: number, now: number): string | null {
  return left === 0 && user.factors.length > 0 && model.isEnforced(user, now) ? 'required_by_policy' : null;
}

function proofOf(step: Call, presented: model.Presented): model.Presented & { readonly password?: string } {
  if (!('password' in step) || step.password === 'missing') return presented;
  return { ...presented, password: step.password === 'right' ? TEST_PASSWORD : WRONG_PASSWORD };
}

function issued(begun: Exclude<BeginResult, { next: 'signed-in' }>, user: User, era: number): model.ModelToken {
  return { text: begun.token, user, purpose: begun.next, expiresAt: begun.expiresAt.getTime(), era, spent: false };
}

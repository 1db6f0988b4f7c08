/** Invariants 3 to 5: guesses are counted, charged before slow work, and not checked while the account is locked. */
import { inspect } from 'node:util';
import { expect } from 'vitest';
import { LIMITS } from '../model.ts';
import type { World } from '../world.ts';
import { GUESS_REFUSALS, isRecordLocked, isSessionLocked, type Rule } from './rule.ts';

const { maxFailures } = LIMITS.lockout;

/** Invariant 3, for everything but `confirm`. */
export function budgetOfGuesses(): Rule {
  const revealed = { ann: { codes: 0, passwords: 0 }, bob: { codes: 0, passwords: 0 } };
  return ({ user, outcome, step, before, after, now }) => {
    // A setup has a budget of its own. A confirmation that completes a sign-in resets the count of the account.
    if (step.call === 'confirm' && outcome !== 'accepted') return;
    const told = revealed[user];
    if (outcome === 'invalid_password' || (step.call === 'passwordFailed' && outcome === 'accepted')) {
      told.passwords += 1;
    } else if (GUESS_REFUSALS.includes(outcome)) {
      told.codes += 1;
    }
    expect(told.codes + told.passwords, 'invariant 3: refusals without a lock').toBeLessThanOrEqual(maxFailures);
    const failures = after?.record.lockout.failures ?? 0;
    const cleared = failures === 0 || isRecordLocked(after?.record, now);
    // A second factor alone does not make up for a wrong password. But the codes that it clears may be those of an earlier
    // lock: what then stays counted says how many more there may be until the next one.
    if (cleared || (step.call === 'stepUp' && outcome === 'accepted')) {
      told.codes = 0;
      told.passwords = Math.min(told.passwords, failures % maxFailures);
    }
    if (cleared || step.call === 'passwordChanged') told.passwords = 0;
    // Neither time nor a refusal brings the count down.
    if (outcome === 'accepted' && step.call !== 'passwordFailed') return;
    expect(failures, 'invariant 3: the count fell').toBeGreaterThanOrEqual(before?.record.lockout.failures ?? 0);
  };
}

/** Invariant 3, for `confirm`: each setup has its own budget, and takes nothing from that of the account. */
export function budgetOfConfirms(): Rule {
  const wrong = new Map<string, number>();
  return ({ outcome, step, before, after }) => {
    const pending = before?.record.pending ?? null;
    if (step.call !== 'confirm' || pending === null || outcome === 'accepted') return;
    const { id } = pending.factor;
    if (['invalid_code', 'clock_ahead', 'clock_behind'].includes(outcome)) wrong.set(id, (wrong.get(id) ?? 0) + 1);
    expect(wrong.get(id) ?? 0, 'invariant 3: a setup has a budget').toBeLessThanOrEqual(maxFailures);
    expect(after?.record.lockout, 'invariant 3: confirm never locks').toEqual(before?.record.lockout);
  };
}

/** Invariant 4. */
export const chargedBeforeSlowWork: Rule = (observation) => {
  const { step, outcome, cost, chargesAtSlowWork } = observation;
  // Codes are hashed after a right answer: the call was accepted, or its commit was lost after that.
  const ended = outcome === 'accepted' || ('fault' in step && step.fault !== 'none');
  const hashesCodes = ['confirm', 'regenerate', 'importUser'].includes(step.call) && ended;
  expect(cost.hashes, 'invariant 4: one Argon2id per attempt').toBeLessThanOrEqual(hashesCodes ? 11 : 1);
  expect(cost.passwordChecks, 'invariant 4: one password check per attempt').toBeLessThanOrEqual(1);
  const cheap = [
    'locked',
    'two_codes_required',
    'invalid_input',
    'invalid_token',
    'proof_required',
    'invalid_code',
    'clock_ahead',
    'clock_behind',
    'token_used',
    'code_already_used',
  ];
  if (cheap.includes(outcome)) expect(cost.hashes + cost.passwordChecks, 'invariant 4: slow work for nothing').toBe(0);
  // A right first code is charged to nobody: only then the codes of its setup are hashed. An import is no attempt.
  if (step.call === 'confirm' || step.call === 'importUser') return;
  const uncharged = chargesAtSlowWork.filter((charges) => charges === 0);
  expect(uncharged, `invariant 4: ${step.call} worked slowly before it was charged`).toEqual([]);
};

/** Calls that a second factor can prove, whatever the state of the user. */
const PROVEN: readonly string[] = ['verify', 'stepUp', 'disable', 'removeFactor', 'regenerate'];

/** The most HMACs that weighing an answer takes: two codes, in each of the steps of every factor that a user may have. */
const ONE_WEIGHING = 2 * 3 * LIMITS.maxFactors;

/** Invariant 5. If the call leaves the account locked, this tries right and wrong evidence on it. */
export function deafWhileLocked({ app, users, drawers }: World): Rule {
  return async ({ user, step, before, after, outcome, cost, now }) => {
    const isDeaf = step.call === 'verify' ? isRecordLocked : isSessionLocked;
    if (PROVEN.includes(step.call) && isDeaf(before?.record, now)) {
      expect(['accepted', ...GUESS_REFUSALS], 'invariant 5: judged while locked').not.toContain(outcome);
      // A process that has not seen the lock may weigh one answer for nothing: what it finds is never told.
      const hmacs = app.processes > 1 && cost.hmacs <= ONE_WEIGHING ? cost.hmacs : 0;
      expect(cost, 'invariant 5: work while locked').toEqual({ hmacs, hashes: 0, passwordChecks: 0, commits: 0 });
    }
    const { factors } = users[user];
    if (!isSessionLocked(after?.record, now) || factors.length === 0) return;
    const evidence = [
      ...[...factors.map(({ device }) => device.code(now)), '000000', '00000000'].map((code) => ({ code })),
      ...[...drawers[user].backupCodes.slice(-1), 'ZZZZ-ZZZZ'].map((backupCode) => ({ backupCode })),
    ];
    const mfa = app.mfa();
    await mfa.status(user); // now this process has seen the lock
    const start = app.cost();
    const answers = new Set<string>();
    for (const factor of evidence) {
      const refused: unknown = await mfa.stepUp(user, factor).catch((error: unknown) => error);
      answers.add(inspect(refused, { depth: 0 }).replaceAll(/\n {4}at .*/g, ''));
    }
    expect([...answers], 'invariant 5: right and wrong differ').toEqual([expect.stringContaining("code: 'locked'")]);
    expect(app.cost(), 'invariant 5: work while locked').toEqual(start);
  };
}

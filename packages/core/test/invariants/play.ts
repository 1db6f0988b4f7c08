/** Play: plays one step in the application and in the model, and reports what was observed. */
import { inspect } from 'node:util';
import { MfaError, type MfaEvent, type StoredRecord } from '@mfakit/core';
import type { Cost } from './application.ts';
import { copyUser, type ModelToken, type Presented } from './model.ts';
import { plan } from './plan.ts';
import { USERS, type Call, type Step, type User } from './steps.ts';
import type { World } from './world.ts';

/** One call, as seen from outside. */
export interface Observation {
  readonly step: Call;
  /** The user it was about. */
  readonly user: User;
  readonly now: number;
  /** `accepted`, or the code of the refusal. */
  readonly outcome: string;
  /** What the model says the outcome must be. */
  readonly expected: string;
  /** Whether the model says that something is written. */
  readonly writes: boolean;
  readonly error: unknown;
  readonly presented: Presented | null;
  readonly token: ModelToken | null;
  /** What the call cost. */
  readonly cost: Cost;
  readonly chargesAtSlowWork: readonly number[];
  readonly before: StoredRecord | null;
  readonly after: StoredRecord | null;
  /** The events that `onEvent` was called with. */
  readonly events: readonly MfaEvent[];
}

/** @returns `null` if the step is not a call */
export async function play(world: World, step: Step): Promise<Observation | null> {
  const { app } = world;
  if (step.call === 'advance') {
    app.clock.set(app.clock() + step.seconds * 1000);
    return null;
  }
  if (step.call === 'policy') {
    const { inSeconds, graceDays, untilInSeconds } = step;
    const from = app.clock() + inSeconds * 1000;
    const until = untilInSeconds === null ? Infinity : from + untilInSeconds * 1000;
    world.users[step.user].demand = { from, graceDays, until };
    return null;
  }
  if (step.call === 'restart') {
    app.restart(step.newestKey, { digits: step.digits, algorithm: step.algorithm });
    return null;
  }

  if (step.call === 'rekey') {
    const progress = [];
    for await (const page of app.mfa().rekey()) progress.push(page);
    return null;
  }

  const undo = snapshot(world);
  const { user, verdict, presented, token, run } = plan(world, step);
  const outage = step.fault === 'outage' && verdict.writes;
  if (outage) undo();

  const before = await app.store.read(user);
  const told = app.events.length;
  const cost = app.cost();
  app.arm(step.fault);
  const error: unknown = await run().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const chargesAtSlowWork = app.chargesAtSlowWork();
  app.arm('none');
  const outcome = nameOf(error);
  if (outcome === 'accepted' && presented !== null && 'code' in presented)
    world.drawers[user].lastCode = presented.nextCode ?? presented.code;
  const spent = since(app.cost(), cost);
  const after = await app.store.read(user);
  // A process that last saw the user too many changes ago cannot tell whether a commit without an answer has landed.
  const unknown =
    app.processes > 1 &&
    (step.fault === 'landed' || step.fault === 'dropped') &&
    error instanceof MfaError &&
    error.message.includes('unknown') &&
    before?.revision === after?.revision;
  if (unknown) undo();
  if (spent.commits > 0 && step.call !== 'forget') world.users[user].forgotten = false;
  return {
    step,
    user,
    now: app.clock(),
    outcome,
    expected: outage || unknown ? 'store_unavailable' : verdict.outcome,
    writes: verdict.writes && !outage && !unknown,
    error,
    presented,
    token,
    cost: spent,
    chargesAtSlowWork,
    before,
    after,
    events: app.events.slice(told),
  };
}

function nameOf(error: unknown): string {
  if (error === null) return 'accepted';
  return error instanceof MfaError ? error.code : inspect(error);
}

function since(now: Cost, then: Cost): Cost {
  return {
    hmacs: now.hmacs - then.hmacs,
    hashes: now.hashes - then.hashes,
    passwordChecks: now.passwordChecks - then.passwordChecks,
    commits: now.commits - then.commits,
  };
}

/** @returns a function that restores the current state of the model */
function snapshot({ users, tokens }: World): () => void {
  const saved = { ann: copyUser(users.ann), bob: copyUser(users.bob) };
  const spent = tokens.map((token) => token.spent);
  return () => {
    for (const user of USERS) Object.assign(users[user], saved[user]);
    for (const [i, token] of tokens.entries()) token.spent = spent[i] ?? false;
  };
}

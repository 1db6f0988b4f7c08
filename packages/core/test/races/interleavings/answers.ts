/** Answers: what users and guessers present as a second factor. */
import type { SecondFactor } from '@mfakit/core';
import type { Credential } from './journal.ts';
import { held, type World } from './world.ts';
import type { Chance } from './chance.ts';

/** A second factor, and what it is worth. */
export interface Answer {
  readonly input: SecondFactor;
  readonly credential: Credential;
}

const STEP_MS = 30_000;

/** A code that none of the apps shows anywhere near now, or a backup code that was never drawn. */
export function wrongAnswer({
  world,
  userId,
  chance,
}: {
  readonly world: World;
  readonly userId: string;
  readonly chance?: Chance;
}): Answer {
  if (chance?.percent(30) === true)
    return { input: { backupCode: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' }, credential: { kind: 'wrong' } };
  const current = Math.floor(world.now() / STEP_MS);
  const near = world.devices
    .filter((device) => device.userId === userId)
    .flatMap(({ phone }) => [-3, -2, -1, 0, 1, 2, 3].map((step) => phone.code((current + step) * STEP_MS)));
  let code = '00000000';
  for (let next = 1; near.includes(code); next += 1) code = String(next).padStart(8, '0');
  return { input: { code }, credential: { kind: 'wrong' } };
}

/** Mostly something that is right, or was right once. */
export function answer(draw: { readonly world: World; readonly userId: string; readonly chance: Chance }): Answer {
  const { world, userId, chance } = draw;
  const { active, codes } = held(world, userId);
  const kind = chance.below(100);
  if (kind < 25 && codes.length > 0) {
    // Of the last set mostly, spent or not.
    const shown = chance.percent(85) ? chance.pick(codes.slice(-10)) : chance.pick(codes);
    return {
      input: { backupCode: shown.code },
      credential: { kind: 'backup code', code: shown.code, origin: shown.origin },
    };
  }
  if (kind >= 88 || active.length === 0) return wrongAnswer(draw);
  const { phone, factorId } = chance.pick(active);
  const offset = chance.pick([0, 0, 0, 0, 0, 1, -1, -1]);
  const step = Math.floor(world.now() / STEP_MS) + offset;
  const code = phone.code(step * STEP_MS);
  if (kind < 80) return { input: { code }, credential: { kind: 'code', factorId, steps: [step], offset } };
  const first = phone.code((step - 1) * STEP_MS);
  return {
    input: { code: first, nextCode: code },
    credential: { kind: 'code', factorId, steps: [step - 1, step], offset },
  };
}

/** Interleave: plays one seed, from the first enrollment to the rest after the last burst. */
import type { Mfa } from '@mfakit/core';
import { alone, end } from './alone.ts';
import { answer, signedAnswer } from './answers.ts';
import { CALLS, type Draw } from './calls.ts';
import { chance as chanceOf, type Chance } from './chance.ts';
import type { IssuedToken, Journal } from './journal.ts';
import { CALM, type Weather } from './network.ts';
import { play } from './play.ts';
import { atRest } from './rest.ts';
import { inVirtualTime } from './virtual-time.ts';
import { held, USERS, world as makeWorld, type World } from './world.ts';

/** What a run has left: its violations, its transcript, and the calls that it made. */
export type Run = Pick<Journal, 'violations' | 'lines' | 'calls'>;

const ROUNDS = 9;

const WEATHERS: readonly Weather[] = [
  CALM,
  { faults: 10, slow: 0 },
  { faults: 25, slow: 10 },
  { faults: 50, slow: 25 },
  { faults: 60, slow: 60, process: 0 },
];

const ATTEMPTS = ['stepUp', 'verify', 'stepUp', 'verify', 'disable', 'regenerate', 'setup', 'removeFactor'] as const;

/** What the calls of a burst are, and what they share. */
const THEMES: readonly ((
  chance: Chance,
  world: World,
  userId: string,
) => { readonly calls: readonly (keyof Mfa)[] } & Partial<Draw>)[] = [
  () => ({ calls: Object.keys(CALLS) as (keyof Mfa)[] }),
  () => ({ calls: [...ATTEMPTS, 'passwordFailed', 'passwordChanged', 'rekey', 'unlock', 'begin'] }),
  (chance, world, userId) => ({ calls: ATTEMPTS, answer: answer({ chance, world, userId }) }),
  (chance, world, userId) => ({ calls: [...ATTEMPTS, 'rekey'], answer: answer({ chance, world, userId }) }),
  (chance, world, userId) => ({
    calls: [
      'stepUp',
      'disable',
      'removeFactor',
      'removeFactor',
      'removeFactor',
      'regenerate',
      'setup',
      'rekey',
      'passwordChanged',
    ],
    answer: signedAnswer({ chance, world, userId }, 'prove') ?? undefined,
  }),
  (chance, world, userId) => ({
    calls: ['passkeySignIn', 'passkeySignIn', 'removeFactor', 'rekey', 'passwordChanged', 'reset', 'forget', 'stepUp'],
    answer: signedAnswer({ chance, world, userId }, 'alone') ?? undefined,
  }),
  () => ({ calls: ['passkeySignIn', 'passkeyChallenge', 'challenge', 'stepUp', 'verify', 'passwordFailed'] }),
  (_, world, userId) => ({ calls: ['verify'], token: openToken(world, userId, 'verify') }),
  (_, world, userId) => ({
    calls: ['setup', 'confirm', 'confirm', 'reset', 'begin'],
    token: openToken(world, userId, 'enroll'),
  }),
  () => ({ calls: ['importUser', 'importUser', 'verify', 'stepUp', 'regenerate', 'reset', 'begin'] }),
  () => ({ calls: ['importUser', 'importUser', 'setup', 'confirm', 'forget', 'enforce', 'rekey', 'passwordFailed'] }),
  () => ({ calls: [...ATTEMPTS, 'passwordFailed', 'unlock'], guesses: true }),
  () => ({ calls: ['stepUp', 'verify', 'passwordFailed', 'passwordFailed'], guesses: true }),
  () => ({ calls: ['setup', 'confirm', 'confirm', 'reset', 'forget', 'begin', 'passwordChanged', 'rekey', 'status'] }),
  () => ({
    calls: ['enforce', 'exempt', 'unlock', 'reset', 'forget', 'rekey', 'passwordChanged', 'stepUp', 'setup', 'confirm'],
  }),
];

/** Plays a seed. */
export async function interleave(seed: number): Promise<Run> {
  return inVirtualTime(async (time) => {
    const chance = chanceOf(seed);
    const world = makeWorld(time, chance);
    await enroll(world, 'ann');
    for (let round = 0; round < ROUNDS && world.journal.violations.length === 0; round += 1) {
      world.weather = chance.pick(WEATHERS);
      const userId = chance.pick(USERS);
      const factors = held(world, userId).factorIds.length;
      if (factors === 0 && chance.percent(30)) await alone(world, 'importUser', userId);
      else if (chance.percent([70, 15][factors] ?? 0)) await enroll(world, userId);
      await burst(world, userId);
      await time.advance(
        chance.pick([
          0,
          0,
          100,
          5_000,
          30_000,
          30_000,
          30_000,
          60_000,
          120_000,
          90_000_000 * Number(chance.percent(20)),
        ]),
      );
      if (chance.percent(30)) await alone(world, 'unlock', userId);
    }
    world.weather = CALM;
    await time.until(() => false);
    await atRest(world);
    return world.journal;
  });
}

/** Some calls at once, at any of the processes. */
async function burst(world: World, userId: string): Promise<void> {
  const { chance, time, journal } = world;
  for (let tokens = chance.below(3); tokens > 0; tokens -= 1)
    await alone(world, chance.pick(['begin', 'begin', 'challenge', 'passkeyChallenge']), userId);
  const theme = chance.pick(THEMES)(chance, world, userId);
  const size = chance.percent(15) ? 16 : 2 + chance.below(7);
  const sameProcess = chance.percent(15) ? chance.below(world.instances.length) : null;
  const begun = Array.from({ length: size }, async () => {
    const name = chance.pick(theme.calls);
    const user = chance.percent(92) ? userId : chance.pick(USERS);
    const process = sameProcess ?? chance.below(world.instances.length);
    await time.sleep(chance.below(chance.pick([1, 20, 200])));
    return play(world, name, CALLS[name]({ world, chance, ...theme, userId: user }), process);
  });
  await end(world, begun);
  journal.lines.push('--');
}

/** Enrolls a user, if the network lets them. */
async function enroll(world: World, userId: string): Promise<void> {
  const { weather } = world;
  world.weather = world.chance.percent(80) ? CALM : weather;
  if (world.chance.percent(25)) {
    await alone(world, 'enforce', userId, { about: world.now() - 60_000 });
    await alone(world, 'begin', userId);
  }
  const token = openToken(world, userId, 'enroll');
  await alone(world, 'setup', userId, { token });
  await alone(world, 'confirm', userId, { token: world.chance.percent(80) ? token : undefined });
  await world.time.advance(30_000);
  world.weather = weather;
}

/** The newest token of a user that has not expired. */
function openToken(world: World, userId: string, purpose: IssuedToken['purpose']): IssuedToken | undefined {
  const now = world.now();
  return world.tokens.findLast(
    (token) => token.userId === userId && token.purpose === purpose && token.expiresAt > now,
  );
}

/** Alone: calls of which the next begins when the last has ended. */
import type { Mfa } from '@mfakit/core';
import { CALLS, type Draw } from './calls.ts';
import type { Played } from './journal.ts';
import { play } from './play.ts';
import type { World } from './world.ts';

/** Waits until these calls have ended. Of what they sent, some may still be under way. */
export async function end(world: World, calls: readonly Promise<Played>[]): Promise<void> {
  let left = calls.length;
  const all = Promise.all(calls.map((call) => call.finally(() => (left -= 1))));
  await world.time.until(() => left === 0);
  if (left > 0) throw new Error('a call never ends');
  await all;
}

/** A call while nothing else happens. */
export async function alone(world: World, name: keyof Mfa, userId: string, more: Partial<Draw> = {}): Promise<void> {
  const { chance } = world;
  await end(world, [
    play(world, name, CALLS[name]({ world, chance, userId, ...more }), chance.below(world.instances.length)),
  ]);
}

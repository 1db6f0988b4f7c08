/** Rest: what must hold when everything has come to an end, and what the users can then still do. */
import { alone } from './alone.ts';
import { signed } from './answers.ts';
import { CALLS } from './calls.ts';
import { play } from './play.ts';
import { toldOnce, toldRules } from './told-rules.ts';
import { held, USERS, type World } from './world.ts';

/** Checks a world in which nothing is under way any more. */
export async function atRest(world: World): Promise<void> {
  const { journal, time } = world;
  journal.require(time.left() === 0, 'nothing is left to happen', null);
  for (const userId of new Set(USERS)) {
    if (journal.violations.length > 0) return;
    await sameAsStored(world, userId);
    await usable(world, userId);
    await sameAsStored(world, userId);
  }
  for (const call of journal.calls) toldRules(journal, call);
  for (const landing of [...journal.landings.values()].flat()) toldOnce(journal, landing);
  rekeysTold(world);
  journal.require(time.left() === 0, 'no timer is left', null);
}

/** What is stored is what has landed. */
async function sameAsStored({ journal, store }: World, userId: string): Promise<void> {
  const landings = journal.of(userId);
  const stored = await store.read(userId);
  const same = JSON.stringify(stored?.record ?? null) === JSON.stringify(landings.at(-1)?.after ?? null);
  journal.require(same, 'what is stored is what has landed', null, userId);
  const life = landings.slice(landings.findLastIndex(({ erases, after }) => erases || after === null) + 1);
  const events = await store.events(userId, { limit: 100_000 });
  const both = [events.toReversed(), life.flatMap((landing) => landing.events)].map((each) => JSON.stringify(each));
  journal.require(both[0] === both[1], 'the history is what has landed', null, userId);
}

/** After an unlock every app and every unspent backup code works, once. */
async function usable(world: World, userId: string): Promise<void> {
  const { journal, time } = world;
  await alone(world, 'unlock', userId);
  await time.advance(90_000);
  const { active, passkeys, codes, factorIds } = held(world, userId);
  for (const key of passkeys) {
    await alone(world, 'challenge', userId);
    const token = world.tokens.at(-1);
    if (token !== undefined) await twice(world, userId, signed(key, token), 'token_used');
  }
  for (const device of active) {
    const step = Math.floor(world.now() / 30_000);
    const input = { code: device.phone.code(step * 30_000) };
    const credential = { kind: 'code', factorId: device.factorId, steps: [step], offset: 0 } as const;
    await twice(world, userId, { input, credential }, 'code_already_used');
  }
  const shown = codes.find(
    ({ code, origin }) => origin === journal.origins.get(userId) && !journal.spentCodes.has(code),
  );
  if (shown !== undefined && factorIds.length > 0) {
    const credential = { kind: 'backup code', code: shown.code, origin: shown.origin } as const;
    await twice(world, userId, { input: { backupCode: shown.code }, credential }, 'invalid_backup_code');
  }
  const token = world.tokens.find((issued) => issued.userId === userId && issued.purpose !== 'prove');
  if (token !== undefined) await alone(world, 'verify', userId, { token });
}

async function twice(
  world: World,
  userId: string,
  answer: NonNullable<Parameters<typeof CALLS.stepUp>[0]['answer']>,
  then: string,
): Promise<void> {
  const { journal, chance } = world;
  for (const expected of ['accepted', then]) {
    const call = play(
      world,
      'stepUp',
      { ...CALLS.stepUp({ world, chance, userId, answer }) },
      chance.below(world.instances.length),
    );
    await world.time.until(() => false);
    const { outcome } = await call;
    journal.require(outcome === expected, `at rest a call ends with ${expected}`, await call);
  }
}

/** Every sweep tells as many users as it has sealed anew. */
function rekeysTold({ journal }: World): void {
  const all = [...journal.landings.values()].flat();
  for (const call of journal.calls.filter(({ name }) => name === 'rekey')) {
    const sealed = all.filter(
      ({ sender, events }) => sender === call && events.some(({ type }) => type === 'rekeyed'),
    ).length;
    const told = (call.result as { readonly rekeyed?: number } | null)?.rekeyed ?? 0;
    journal.require(
      call.outcome === 'accepted' ? told === sealed : true,
      'rekey tells what it has done',
      call,
      `${told} of ${sealed}`,
    );
  }
}

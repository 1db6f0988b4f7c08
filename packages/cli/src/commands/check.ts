/** mfakit check: one line for each part that users depend on; red ones first need an operator. */
import type { Mfa, Outbox } from '@mfakit/core';
import type { Command } from 'commander';
import { isLate } from '../outbox-age.ts';
import type { Row } from '../output.ts';
import { describeError } from '../safe-text.ts';
import type { OpenStore } from '../store-from-url.ts';
import { perform, type Ending, type Task } from '../task.ts';

/** A third of a time step: codes are good for one step before and after. */
const MAX_CLOCK_DIFFERENCE_MS = 10_000;

/** Registers the command. */
export function check(program: Command): void {
  program
    .command('check')
    .description('prove that keys, clock, hasher and store work; 3 if one does not')
    .action((_flags: object, command: Command) => perform(command, checkParts));
}

async function checkParts(task: Task): Promise<Ending> {
  const counts = { ok: 0, red: 0 };
  async function part(name: string, prove: () => Promise<string>): Promise<Row> {
    try {
      const detail = await prove();
      counts.ok += 1;
      return { part: name, state: 'ok', detail };
    } catch (error) {
      counts.red += 1;
      return { part: name, state: 'red', detail: describeError(error) };
    }
  }
  const opened = await task.store();
  const mfa = await task.mfa();
  async function* parts(): AsyncGenerator<Row> {
    yield await part('store', () => proveStore(opened));
    yield await part('library', async () => {
      await mfa.check();
      return 'keys, clock, hasher and store do what they should';
    });
    if (opened.clock !== undefined) yield await part('clock', () => compareClocks(opened, mfa));
    yield await part('keys', () => countUsersOfKeys(mfa));
    const { outbox } = opened.store;
    if (outbox !== undefined) yield await part('outbox', () => proveOutbox(outbox));
  }
  await task.out.rows('check', parts());
  return { attention: counts.red > 0, counts };
}

async function proveStore({ store, name }: OpenStore): Promise<string> {
  if (store.check === undefined) return `${name}: it has no check of its own`;
  await store.check();
  return name;
}

async function compareClocks({ clock }: OpenStore, mfa: Mfa): Promise<string> {
  const before = mfa.clock();
  const there = (await clock?.()) ?? NaN;
  const difference = Math.round(there - (before + mfa.clock()) / 2);
  const sentence = `the clock of the database is ${Math.abs(difference)} ms ${difference < 0 ? 'behind' : 'ahead of'} this machine`;
  if (!(Math.abs(difference) <= MAX_CLOCK_DIFFERENCE_MS))
    throw new Error(`${sentence}: one of them refuses good codes.`);
  return sentence;
}

async function countUsersOfKeys(mfa: Mfa): Promise<string> {
  const report = await mfa.keyReport();
  const cutOff = report.filter(({ configured, users }) => !configured && users > 0);
  const affected = cutOff.reduce((sum, { users }) => sum + users, 0);
  if (affected > 0)
    throw new Error(
      `${affected} users need a key that is missing, or have a record that cannot be read: see mfakit keys.`,
    );
  return `${report.reduce((sum, { users }) => sum + users, 0)} users, whose keys are all here`;
}

async function proveOutbox(outbox: Outbox): Promise<string> {
  const { waiting, parked, oldest } = await outbox.stats();
  if (parked > 0) throw new Error(`${parked} entries are parked: see mfakit outbox status.`);
  if (isLate(oldest)) throw new Error('The oldest entry waits for more than 15 minutes: is a worker running?');
  return `${waiting} entries wait`;
}

/** One process of an application: does its parent's tasks and reports as it goes. Started by `processes.ts`. */
import type { Mfa } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { migrate, sqliteStore } from '../src/index.ts';
import { application, NOW } from './application.ts';
import { openWith } from './drivers.ts';
import type { Attempt, Report, Start, Task } from './processes.ts';

const { driver } = JSON.parse(process.argv[2] ?? '') as Start;
const open = openWith(driver);
let database = open(':memory:');

/** Resolves when the parent has the message: what it did not get was told to no one. */
async function report(message: Report): Promise<void> {
  await new Promise((resolve) => process.send?.(message, undefined, {}, resolve));
}

async function attempt(mfa: Mfa, { userId, ...factor }: Attempt): Promise<string> {
  return outcomeOf(mfa.stepUp(userId, factor));
}

async function perform(task: Task): Promise<void> {
  switch (task.do) {
    case 'open':
      database.close();
      database = open(task.path);
      return;
    case 'migrate':
      return migrate(database);
    case 'hold the lock':
      database.exec('BEGIN IMMEDIATE');
      return;
    case 'release the lock':
      database.exec('COMMIT');
      return;
    case 'begin': {
      const mfa = application(sqliteStore(database), NOW + task.later);
      await Promise.all(
        task.devices.map(async (device, index) => {
          const begun = await mfa.begin(task.userId, {}, { device });
          const outcome = begun.next === 'signed-in' && begun.device ? begun.device.cookie : begun.next;
          await report({ index, outcome });
        }),
      );
      return;
    }
    case 'attempt': {
      const mfa = application(sqliteStore(database));
      const run = async (one: Attempt, index: number): Promise<void> =>
        report({ index, outcome: await attempt(mfa, one) });
      if (task.inParallel) await Promise.all(task.attempts.map(run));
      else for (const [index, one] of task.attempts.entries()) await run(one, index);
    }
  }
}

async function obey(task: Task): Promise<void> {
  try {
    await perform(task);
    await report({ done: true });
  } catch (error) {
    await report({ failed: String(error) });
  }
}

process.on('message', (task: Task) => void obey(task));
// An orphan must not stay behind.
process.on('disconnect', () => process.exit());
await report({ done: true });

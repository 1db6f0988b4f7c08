/** Group commit: what is written within one turn of the event loop shares one transaction, and with it one fsync. */
import { setImmediate } from 'node:timers';
import { inOwnTransaction, isBusy, type SqliteDatabase } from './driver.ts';

/** Writes per transaction: a few milliseconds, in which other writers wait and so does the event loop. */
export const MAX_GROUP = 100;

/**
 * Carries out a write before the turn of the event loop ends, and answers when it is on the disk.
 * @param work - synchronous; runs a second time if the transaction that it ran in was rolled back
 */
export type Write = <T>(work: () => T) => Promise<T>;

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes the group commit of one connection. Writes are carried out in the order in which they came, each sees those before
 * it, and none is answered before the COMMIT that all of them share. They run within one callback, so nothing that reads
 * on this connection ever finds the transaction open.
 *
 * If the transaction fails, each of its writes is redone in one of its own, so that one bad write fails alone. But if it
 * cannot even begin, because another process holds the lock or the host has a transaction open, all that wait are refused
 * at once: each of them would block the event loop for as long again.
 */
export function groupCommit(database: SqliteDatabase): Write {
  const waiting: Waiting[] = [];

  const commitGroup = (): void => {
    const group = waiting.splice(0, MAX_GROUP);
    const stopped = carryOut(database, group);
    if (stopped !== null) refuse(waiting.splice(0), stopped);
    if (waiting.length > 0) setImmediate(commitGroup);
  };

  return (work) =>
    new Promise((resolve, reject) => {
      // Not a microtask: calls that arrive together come to their commits in different ones.
      if (waiting.push({ work, resolve, reject }) === 1) setImmediate(commitGroup);
    });
}

/** Why nobody else need try. */
interface Stopped {
  readonly error: unknown;
}

function carryOut(database: SqliteDatabase, group: readonly Waiting[]): Stopped | null {
  let begun = false;
  try {
    const answers = inOwnTransaction(database, 'BEGIN IMMEDIATE', () => {
      begun = true;
      return group.map(({ work }) => work());
    });
    for (const [index, { resolve }] of group.entries()) resolve(answers[index] as never);
    return null;
  } catch (error) {
    // A COMMIT waits for the lock, too, if the journal is no WAL.
    const stopped = begun && !isBusy(error) ? null : { error };
    if (stopped === null && group.length > 1) return eachAlone(database, group);
    refuse(group, { error });
    return stopped;
  }
}

function eachAlone(database: SqliteDatabase, group: readonly Waiting[]): Stopped | null {
  for (const [index, one] of group.entries()) {
    const stopped = carryOut(database, [one]);
    if (stopped === null) continue;
    refuse(group.slice(index + 1), stopped);
    return stopped;
  }
  return null;
}

function refuse(all: readonly Waiting[], { error }: Stopped): void {
  for (const { reject } of all) reject(error);
}

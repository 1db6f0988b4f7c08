/** Statements that the server rolled back because of others: recognized, and sent again. */

/**
 * ER_LOCK_DEADLOCK, which Galera also says of what another node was faster to commit, and ER_CHECKREAD, which MariaDB
 * says of a row that was changed meanwhile: nothing is stored, for certain. ER_LOCK_WAIT_TIMEOUT is none of them: it
 * says that the database is stuck, and its caller shall hear so.
 */
const ROLLED_BACK: readonly unknown[] = [1213, 1020];
const DUPLICATE = 1062;

const MAX_TRIES = 8;
const FIRST_PAUSE_MS = 2;

/**
 * Carries out a change until the server does not roll it back, with a pause of chance length that grows.
 * @returns what the change touched; 0 if it was rolled back eight times
 * @throws anything else that the client throws
 */
export async function retried(change: () => Promise<number>): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await change();
    } catch (error) {
      if (!ROLLED_BACK.includes(errorNumber(error))) throw error;
      if (tries === MAX_TRIES) return 0;
      const [chance = 0] = crypto.getRandomValues(new Uint8Array(1));
      const pause = (FIRST_PAUSE_MS * 2 ** tries * chance) / 256;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Whether the primary key was taken: nothing is stored. */
export function isDuplicate(error: unknown): error is Error {
  return errorNumber(error) === DUPLICATE;
}

/** The number by which MySQL and MariaDB name an error. */
export function errorNumber(error: unknown): unknown {
  return error instanceof Error && 'errno' in error ? error.errno : undefined;
}

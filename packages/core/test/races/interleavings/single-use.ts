/** Single use: each time step of a factor, each backup code and each token succeeds once, and only what is right does. */
import type { MfaEvent } from '@mfakit/core';
import { CODES } from '../../import/rows.ts';
import type { Journal, Landing } from './journal.ts';

/** The event of a success by a second factor, and the factor. */
function successOf(event: MfaEvent): { readonly method: string; readonly factorId: string | null } | null {
  if (event.type === 'verified') return { method: event.method, factorId: event.factorId };
  if (event.type === 'factor_added') return { method: 'totp', factorId: event.factorId };
  return 'provenBy' in event ? event.provenBy : null;
}

/** The codes that an old system has of a user, by number. */
export function importedCodes(userId: string, number: number): readonly string[] {
  return CODES.slice(0, 4).map((code) => `${userId}${number}${code}`);
}

/** What shows them. They may come again, as long as none was spent. */
export function importOrigin(userId: string, number: number): string {
  return `import-${userId}-${number}`;
}

/** Makes the check of one run. */
export function singleUse(journal: Journal): (landing: Landing) => void {
  /** The last step that each app has accepted, and the last counter of each passkey that counts. */
  const steps = new Map<string, number>();
  const counters = new Map<string, number>();
  const { spentCodes, origins } = journal;
  const spentTokens = new Set<string>();

  return ({ userId, before, after, events, erases }) => {
    for (const event of events) {
      const call = journal.callOf(event);
      const used = successOf(event);
      // Of a user without a factor no answer is looked at, but a password is.
      const first = event.type === 'setup_started' && event.provenBy === null;
      if (first) journal.require(call?.password !== 'wrong', 'only what is right succeeds', call ?? null);
      // The sign-in that ends a forced enrollment is told by a second event of the same answer.
      const isEcho = event.type === 'verified' && event.operation === 'confirm';
      if (call !== undefined && used !== null && !isEcho) {
        const { credential, password } = call;
        journal.require(credential?.kind !== 'wrong' && password !== 'wrong', 'only what is right succeeds', call);
        if (credential?.kind === 'code') {
          const [earliest = 0] = credential.steps;
          journal.require(used.factorId === credential.factorId, 'the factor that was used is told', call);
          journal.require(earliest > (steps.get(credential.factorId) ?? -1), 'a time step succeeds once', call);
          steps.set(credential.factorId, credential.steps.at(-1) ?? earliest);
        }
        if (credential?.kind === 'registration') {
          journal.require(used.factorId === credential.factorId, 'the factor that was used is told', call);
        }
        if (credential?.kind === 'assertion') {
          const { factorId, count, challenge } = credential;
          journal.require(used.factorId === factorId, 'the factor that was used is told', call);
          journal.require(challenge === call.token?.challenge, 'an assertion answers its own token', call);
          journal.require(count === 0 || count > (counters.get(factorId) ?? 1), 'a counter grows', call);
          counters.set(factorId, count);
        }
        if (credential?.kind === 'backup code') {
          journal.require(used.method === 'backup_code', 'the factor that was used is told', call);
          journal.require(!spentCodes.has(credential.code), 'a backup code succeeds once', call);
          journal.require(origins.get(userId) === credential.origin, 'only codes of the set in force succeed', call);
          spentCodes.add(credential.code);
        }
        const signs = credential?.kind === 'assertion';
        const spends = event.type === 'verified' || event.type === 'factor_added' || signs;
        if (spends && call.token !== null) {
          // One that knows nobody may sign in one user after another.
          const spent = `${call.token.text} ${userId}`;
          journal.require(!spentTokens.has(spent), 'a token succeeds once', call);
          spentTokens.add(spent);
        }
      }
      if (event.type === 'factor_added' && event.first) origins.set(userId, event.factorId);
      if (event.type === 'imported' && call !== undefined) {
        const [was, is] = [before?.backupCodes?.id, after?.backupCodes?.id];
        if (was !== is) origins.set(userId, importOrigin(userId, call.about ?? 0));
        const replaced = (before?.factors.length ?? 0) > 0 || was !== undefined;
        const untouched = before?.imported?.epoch === before?.epoch && before?.imported?.setId === was;
        journal.require(!replaced || untouched, 'an import replaces nothing that was changed here', call);
        journal.require((before?.forgottenAt ?? null) === null, 'an import brings back nobody who was forgotten', call);
      }
      if (event.type === 'backup_codes_regenerated') origins.set(userId, event.userAgent ?? '');
    }
    // Once the tombstone is gone, the user may come anew, with all codes.
    if (after === null) for (const n of [0, 1]) for (const code of importedCodes(userId, n)) spentCodes.delete(code);
    if (erases || after === null || after.backupCodes === null) origins.delete(userId);
    journal.sets.set(after, origins.get(userId));
  };
}

/** importUser: takes over a user from another system. */
import type { Mfa } from '../api.ts';
import type { Transition } from '../decision.ts';
import type { Clock, Decide } from '../decide.ts';
import { invalidInput } from '../errors.ts';
import type { FactorKinds } from '../factors/factor-kinds.ts';
import type { FactorSecrets } from '../factors/factor-secrets.ts';
import { asObject, parseRequest } from '../input.ts';
import type { ResolvedOptions } from '../options.ts';
import { parseImport } from './parse.ts';
import { importing, type Import, type Imported } from './transition.ts';

const DAY_MS = 86_400_000;

/** What it works with. */
export interface ImportDependencies {
  readonly options: Pick<ResolvedOptions, 'maxFactors' | 'importedCodesDays'>;
  /** How many steps the clock of a device may be off. */
  readonly windowSteps: number;
  readonly kinds: FactorKinds;
  readonly decide: Decide;
  readonly secrets: FactorSecrets;
  readonly clock: Clock;
}

/** Makes the call. */
export function createImport(dependencies: ImportDependencies): Pick<Mfa, 'importUser'> {
  const { options, windowSteps, kinds, decide, secrets, clock } = dependencies;
  const [{ defaultLabel }] = kinds.enrolled;

  return {
    async importUser(user, how, request) {
      const { dryRun = false } = asObject('options', how ?? {});
      if (typeof dryRun !== 'boolean') throw invalidInput('dryRun', 'must be a boolean');
      const now = clock();
      const given = parseImport(user, options.maxFactors, now);
      const { userId, codes } = given;
      const context = parseRequest(request);
      const until = now + options.importedCodesDays * DAY_MS;
      const run = async (set: Import['set']): Promise<Imported> => {
        const transition = importing({ given, windowSteps, defaultLabel, set });
        return (await decide(userId, dryRun ? withoutChange(transition) : transition, context, 'support')).result;
      };
      const { result, unhashed } = await run(() => kinds.backupCodes.takeSet(userId, codes, until, secrets));
      if (!unhashed || dryRun) return result;
      // What is slow is done only for a user who is taken over.
      const hashed = await kinds.backupCodes.hashTaken(userId, codes, secrets);
      return (await run(() => hashed)).result;
    },
  };
}

/** Decides, and changes nothing. */
function withoutChange<T>(transition: Transition<T>): Transition<T> {
  return (record, context) => ({ ...transition(record, context), change: null });
}

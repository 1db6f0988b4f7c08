/** verifyCandidate: measures a whole `verify` over a store, by users who have enrolled there. */
import type { MfaStore } from '@mfakit/core';
import { at, enrolMany, startApplication, type ApplicationOptions, type Login } from './application.ts';
import type { Candidate } from './interleave.ts';

/** @param users - one for each run of a round */
export async function verifyCandidate(
  name: string,
  store: MfaStore,
  users: number,
  options: ApplicationOptions = {},
): Promise<Candidate & { readonly run: (index: number) => Promise<unknown> }> {
  const application = startApplication(store, options);
  const enrolled = await enrolMany(application, users);
  let logins: readonly Login[] = [];
  return {
    name,
    prepare: async () => {
      logins = await application.logins(enrolled);
    },
    run: (index) => application.mfa.verify(at(logins, index)),
  };
}

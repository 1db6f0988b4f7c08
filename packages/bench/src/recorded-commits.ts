/** recordedCommits: records what verify would write, so that a bare driver can send exactly the same texts. */
import type { Swap, MfaStore } from '@mfakit/core';
import { enrolMany, startApplication } from './application.ts';

/** One verify of a user: the read, and the swap that follows it. */
export interface Recorded {
  readonly userId: string;
  /** The revision that the swap expects. */
  readonly expected: string;
  readonly revision: string;
  /** JSON. */
  readonly record: string;
  readonly events: readonly { readonly seq: number; readonly at: number; readonly json: string }[];
}

/**
 * Enrolls users, and returns a function that records one more verify of each user. Carry out each recorded swap before
 * the next recording, which reads what that swap has stored.
 */
export async function recordedCommits(store: MfaStore, users: number): Promise<() => Promise<readonly Recorded[]>> {
  let recording = false;
  let commits: Swap[] = [];
  const application = startApplication({
    ...store,
    commit: async (commit) => {
      if (!recording) return store.commit(commit);
      commits.push(commit);
      return true;
    },
  });
  const enrolled = await enrolMany(application, users);
  return async () => {
    commits = [];
    const logins = await application.logins(enrolled);
    recording = true;
    for (const login of logins) await application.mfa.verify(login);
    recording = false;
    return commits.map(toRecorded);
  };
}

function toRecorded({ userId, expected, next, events }: Swap): Recorded {
  if (expected === null || next === null) throw new Error('a verify replaces a record');
  return {
    userId,
    expected,
    revision: next.revision,
    record: JSON.stringify(next.record),
    events: (events === 'erase' ? [] : events).map((event) => ({
      seq: event.seq,
      at: event.at,
      json: JSON.stringify(event),
    })),
  };
}

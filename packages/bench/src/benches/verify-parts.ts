/**
 * verifyParts: where the microseconds of one verify go, as far as public calls can separate them.
 * No public call only checks the record or only decides, so those parts are in the rest.
 */
import type { MfaRecord } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { testClock } from '@mfakit/testkit';
import { at, enrolMany, KEY, OTHER_KEY, startApplication, tokenOf } from '../application.ts';
import { difference, find, interleave, type Candidate } from '../interleave.ts';
import { matchingCandidates, oneDevice, threeCandidates } from '../matching.ts';
import { verifyCandidate } from '../verify-candidate.ts';

/** One part and its time. */
export interface Part {
  readonly name: string;
  readonly us: number;
  /** Whether it is part of every verify. */
  readonly always: boolean;
}

const USER = 'user-0';

/** Measures the parts of a verify of a user with one factor and ten backup codes. */
export async function verifyParts(smoke: boolean): Promise<readonly Part[]> {
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 15, samples: 50 };
  const verify = await verifyCandidate('verify', memoryStore(), plan.samples);
  const calls = await interleave(
    [verify, await stepUpCandidate(plan.samples), await rekeyingCandidate(), ...(await matchingCandidates())],
    plan,
  );
  const store = await interleave(await storeCandidates(), { ...plan, runsPerSample: smoke ? 2 : 20 });
  const whole = find(calls, 'verify');
  const match = threeCandidates(calls, 'right');
  return [
    part('token: open it, and note that it is spent', difference('', whole, find(calls, 'stepUp')).us),
    part(
      'read: the record from the store, unless this process has just seen it',
      find(store, 'read').us,
      await reads(),
    ),
    part('open: the sealed secret, whose key the HMAC takes up', difference('', oneDevice(calls), match).us),
    part('match: three HMAC', match.us),
    part('swap: record and event into the store', find(store, 'swap').us),
    part(
      'seal: nothing, unless the keys were rotated (then secret and backup codes)',
      difference('', find(calls, 'rekeying'), whole).us,
      false,
    ),
  ];
}

const part = (name: string, us: number, always = true): Part => ({ name, us, always });

/** Whether a verify reads the record that the `begin` before it has read. */
async function reads(): Promise<boolean> {
  const store = memoryStore();
  let calls = 0;
  const counting = (userId: string): ReturnType<typeof store.read> => {
    calls += 1;
    return store.read(userId);
  };
  const application = startApplication({ ...store, read: counting });
  const login = at(await application.logins([await application.enrol(USER)]), 0);
  calls = 0;
  await application.mfa.verify(login);
  return calls > 0;
}

/** What a verify does, except for the token. */
async function stepUpCandidate(users: number): Promise<Candidate> {
  const application = startApplication(memoryStore());
  const enrolled = await enrolMany(application, users);
  let codes: readonly string[] = [];
  return {
    name: 'stepUp',
    prepare: () => {
      application.clock.advance({ seconds: 3600 });
      codes = enrolled.map(({ phone }) => phone.code(application.clock()));
    },
    run: (index) => application.mfa.stepUp(at(enrolled, index).userId, { code: at(codes, index) }),
  };
}

/** Two applications, each of which treats the other's key as the older one: each verify moves the user to its key. */
async function rekeyingCandidate(): Promise<Candidate> {
  const store = memoryStore();
  const clock = testClock();
  const applications = [
    startApplication(store, { clock, keys: [KEY, OTHER_KEY] }),
    startApplication(store, { clock, keys: [OTHER_KEY, KEY] }),
  ];
  const { phone } = await at(applications, 0).enrol(USER);
  let turn = 0;
  let login = { token: '', code: '' };
  return {
    name: 'rekeying',
    prepareSample: async () => {
      clock.advance({ seconds: 3600 });
      turn += 1;
      login = { token: await tokenOf(at(applications, turn % 2).mfa, USER), code: phone.code(clock()) };
    },
    run: () => at(applications, turn % 2).mfa.verify(login),
  };
}

async function storeCandidates(): Promise<readonly Candidate[]> {
  const store = memoryStore();
  const { enrol } = startApplication(store);
  await enrol(USER);
  const stored = await store.read(USER);
  if (stored === null) throw new Error('the user is not enrolled');
  const record: MfaRecord = stored.record;
  let { revision } = stored;
  let seq = record.lastEventSeq;
  return [
    { name: 'read', run: () => store.read(USER) },
    {
      name: 'swap',
      run: () => {
        const expected = revision;
        revision = `r${(seq += 1)}`;
        const event = { userId: USER, seq, at: 0, type: 'reset' } as const;
        return store.commit({ userId: USER, expected, next: { revision, record }, events: [event] });
      },
    },
  ];
}

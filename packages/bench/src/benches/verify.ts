/** verify: one whole second factor with everything in memory, against that of better-auth. */
import { memoryStore } from '@mfakit/memory';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { at, enrolMany, startApplication, type Login } from '../application.ts';
import type { Bench, Findings, Scale, Table, Target } from '../bench.ts';
import { duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { abilityTable } from '../peers/abilities.ts';
import { betterAuthApplication } from '../peers/better-auth.ts';
import { loadEarlier, sayEarlier, type Earlier } from '../earlier.ts';
import { verifyCandidate } from '../verify-candidate.ts';
import { verifyParts } from './verify-parts.ts';

const OWN_WORK_LIMIT_US = 100;
const FASTER_THAN_PEER = 22;
const OF_EARLIER_AT_MOST = 0.85;

async function run({ smoke, against }: Scale): Promise<Findings> {
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 15, samples: 100 };
  const earlier = await loadEarlier(against);
  // First, while the compiler has seen of both the same.
  const compared = typeof earlier === 'string' ? null : await compareWith(earlier, smoke);
  const parts = await verifyParts(smoke);
  const partsUs = parts.reduce((sum, { us, always }) => (always ? sum + us : sum), 0);
  const measured = await interleave([...(await ourCandidates(plan.samples)), ...(await peerCandidates())], plan);
  const ours = find(measured, 'mfakit verify');
  const peer = find(measured, 'better-auth verifyTOTP, signing in');
  const faster = ratio(peer, ours);
  return {
    text: [
      '`verify` opens the challenge token, reads the record, opens the secret, matches the code, decides, and swaps the new ' +
        'record in with its event. `verifyTOTP` of better-auth is called with the cookie of a sign-in that waits for its ' +
        "second factor: it also makes the session, which with mfakit is the host's. The fairer pair is the one of a user " +
        'who is signed in already: `stepUp`, and `verifyTOTP` with the cookie of a session; there the peer neither counts ' +
        'the attempt nor writes anything. Both run over their own stores in memory. The tables of the peer are ' +
        'emptied before each call, since its adapter in memory copies all of them for a transaction.',
      ...sayEarlier(earlier),
    ],
    tables: [
      {
        head: ['', 'one call', 'calls per second and core', 'to `verify`'],
        rows: measured.map((one) => [one.name, duration(one.us), perSecond(one.us), times(ratio(one, ours))]),
      },
      {
        head: ['part of `verify`', 'time', 'share'],
        rows: [
          ...parts,
          { name: 'the rest: checking the record, deciding, stamping, promises, turns', us: ours.us - partsUs },
        ].map(({ name, us }) => [name, duration(us), `${Math.round((us / ours.us) * 100)} %`]),
        note:
          'Store calls are measured alone, in a loop. Everything else is the difference of whole calls: token, of `verify` ' +
          'and `stepUp`; match, of windows of one and five steps with 20 devices; open, of one device and 20; seal, of a ' +
          '`verify` that moves the user to another key. The parts add up to the whole only roughly.',
      },
      ...(compared === null ? [] : [compared.table]),
      abilityTable(['mfakit', 'better-auth']),
    ],
    targets: [
      ...(compared === null ? [] : [compared.target]),
      {
        work: 'a whole `verify`, memory store',
        target: `at least ${FASTER_THAN_PEER} × better-auth`,
        figure: times(faster),
        met: faster >= FASTER_THAN_PEER,
      },
      {
        work: 'a whole `verify`, memory store',
        target: `${OWN_WORK_LIMIT_US} µs or less`,
        figure: duration(ours.us),
        met: ours.us <= OWN_WORK_LIMIT_US,
        bound: 'opening token and secret and three HMAC in JavaScript: see the table of parts',
      },
    ],
  };
}

async function ourCandidates(samples: number): Promise<readonly Candidate[]> {
  const application = startApplication(memoryStore());
  const { mfa } = application;
  const users = await enrolMany(application, samples);
  let logins: readonly Login[] = [];
  const prepare = async (): Promise<void> => {
    logins = await application.logins(users);
  };
  return [
    { name: 'mfakit verify', prepare, run: (index) => mfa.verify(at(logins, index)) },
    {
      name: 'mfakit stepUp',
      prepare,
      run: (index) => mfa.stepUp(at(users, index).userId, { code: at(logins, index).code }),
    },
    { name: 'mfakit begin', run: (index) => mfa.begin(at(users, index).userId) },
  ];
}

/** The same work by both, in alternating rounds. */
async function compareWith(
  { commit, createMfa, memoryStore: earlierStore }: Earlier,
  smoke: boolean,
): Promise<{ readonly table: Table; readonly target: Target }> {
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 40, warmupRounds: 10, samples: 100 };
  const measured = await interleave(
    [
      await verifyCandidate('this commit', memoryStore(), plan.samples),
      await verifyCandidate(commit, earlierStore(), plan.samples, { create: createMfa }),
    ],
    plan,
  );
  const then = find(measured, commit);
  const share = ratio(find(measured, 'this commit'), then);
  return {
    table: {
      head: ['`verify` and nothing else', 'one call', `to ${commit}`],
      rows: measured.map((one) => [one.name, duration(one.us), times(ratio(one, then))]),
    },
    target: {
      work: 'a whole `verify`, memory store',
      target: `at most ${OF_EARLIER_AT_MOST} of commit \`${commit}\``,
      figure: times(share),
      met: share <= OF_EARLIER_AT_MOST,
      bound: 'opening token and secret and three HMAC: see the table of parts',
    },
  };
}

async function peerCandidates(): Promise<readonly Candidate[]> {
  const database: Record<string, never[]> = { user: [], session: [], account: [], verification: [], twoFactor: [] };
  const application = betterAuthApplication(memoryAdapter(database));
  const peer = await application.enrol('peer');
  const clear = (): void => {
    for (const table of ['session', 'verification']) database[table]?.splice(0);
  };
  let headers = new Headers();
  let code = '';
  const verifyTotp = (): Promise<unknown> => application.verify(headers, code);
  return [
    {
      name: 'better-auth verifyTOTP, signing in',
      prepareSample: async () => {
        clear();
        ({ headers } = await application.login(peer));
        code = peer.code();
      },
      run: verifyTotp,
    },
    {
      name: 'better-auth verifyTOTP, signed in',
      prepare: async () => {
        clear();
        headers = await application.signIn(peer);
        code = peer.code();
      },
      run: verifyTotp,
    },
  ];
}

/** The benchmark. */
export const verify: Bench = { name: 'verify', title: 'A whole verify in memory', run };

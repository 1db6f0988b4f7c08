/** webauthn: verifies one assertion of a passkey or security key, alone and as a whole second factor. */
import { createMfa, type Mfa } from '@mfakit/core';
import { webauthnFactor } from '@mfakit/core/webauthn';
import { memoryStore } from '@mfakit/memory';
import { quickHasher, softwareKey, type SoftwareKeyAlgorithm } from '@mfakit/testkit';
import { webauthn as relyingParty } from '@mfakit/webauthn';
import { randomBytes } from 'node:crypto';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { at } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';

const WHOLE = 'mfakit verify by a passkey (ES256)';
const PEER = '@simplewebauthn/server';
const ALGORITHMS = [
  ['ES256', -7],
  ['Ed25519', -8],
  ['RS256, 2,048 bits', -257],
] as const;

const CPU_LIMIT_US = 1000;
const WHOLE_TO_PEER = 1.3;

const rpId = 'example.org';
const origin = 'https://example.org';
const challenge = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

/** Ours and the peer's, over the same assertion; each is checked once. */
async function candidatesOf(name: string, algorithm: SoftwareKeyAlgorithm): Promise<readonly Candidate[]> {
  const party = relyingParty({ rpId, rpName: 'Acme', origins: [origin] });
  const key = await softwareKey({ algorithm });
  const response = await key.get({ challenge, rpId });
  const credential = { id: key.credentialId, publicKey: key.publicKey, counter: 0 };
  const ours = async (): Promise<boolean> => (await party.verifyAssertion(response, { challenge }, key)).valid;
  const peers = async (): Promise<boolean> => {
    const { verified } = await verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      credential,
    });
    return verified;
  };
  if (!(await ours()) || !(await peers())) throw new Error(`${name} is not accepted`);
  return [
    { name: `mfakit ${name}`, run: ours },
    { name: `${PEER} ${name}`, run: peers },
  ];
}

/** The second step of a sign-in, everything included: each run answers a token of its own. */
async function wholeVerify(users: number): Promise<Candidate> {
  const party = relyingParty({ rpId, rpName: 'Acme', origins: [origin] });
  const mfa: Mfa = createMfa({
    issuer: 'Acme',
    store: memoryStore(),
    keys: [randomBytes(32).toString('base64url')],
    verifyPassword: async () => true,
    factors: [webauthnFactor(party)],
    // Of the backup codes, which nobody uses here.
    hasher: quickHasher,
  });
  const keys = await Promise.all(Array.from({ length: users }, async () => softwareKey()));
  for (const [n, key] of keys.entries()) {
    const subject = { userId: `user-${n}` };
    const { creationOptions } = await mfa.setup(subject, { accountName: 'ann', kind: 'webauthn' });
    await mfa.confirm(subject, { credential: await key.create(creationOptions as never) });
  }
  let answers: Parameters<Mfa['verify']>[0][] = [];
  return {
    name: WHOLE,
    async prepare() {
      answers = await Promise.all(
        keys.map(async (key, n) => {
          const begun = await mfa.begin(`user-${n}`);
          if (begun.next !== 'verify') throw new Error('A user has no passkey.');
          return { token: begun.token, credential: await key.get(begun.prompts?.['webauthn'] as never) };
        }),
      );
    },
    run: async (index) => mfa.verify(at(answers, index)),
  };
}

async function run({ smoke }: Scale): Promise<Findings> {
  const candidates = await Promise.all(ALGORITHMS.map(([name, algorithm]) => candidatesOf(name, algorithm)));
  const plan = smoke ? { rounds: 1, samples: 3, runsPerSample: 2 } : { rounds: 15, samples: 40, runsPerSample: 10 };
  const measured = await interleave([...candidates.flat(), await wholeVerify(plan.samples * plan.runsPerSample)], plan);
  const whole = find(measured, WHOLE);
  const wholeFactor = ratio(whole, find(measured, `${PEER} ${ALGORITHMS[0][0]}`));
  const rows = ALGORITHMS.map(([name]) => {
    const [ours, peers] = [find(measured, `mfakit ${name}`), find(measured, `${PEER} ${name}`)];
    return { name, ours, peers, factor: ratio(ours, peers) };
  });
  const most = Math.max(...rows.map(({ ours }) => ours.cpuUs));
  return {
    text: [
      'An assertion from JSON to the verdict, with the key taken from its COSE form each time: `verifyAssertion` of ' +
        `\`@mfakit/webauthn\`, and \`verifyAuthenticationResponse\` of \`${PEER}\`. Both hash, import and verify with ` +
        'the WebCrypto of Node.js, on its threads; processor time is that of all threads. The last row is the whole ' +
        '`verify` of a sign-in over a store in memory: token, record, key, signature, decision, swap and event.',
    ],
    tables: [
      {
        head: ['', 'mfakit', 'processor time', PEER, 'processor time', 'mfakit to the peer'],
        rows: [
          ...rows.map(({ name, ours, peers, factor }) => [
            name,
            duration(ours.us),
            duration(ours.cpuUs),
            duration(peers.us),
            duration(peers.cpuUs),
            times(factor),
          ]),
          ['a whole `verify`, ES256', duration(whole.us), duration(whole.cpuUs), '', '', times(wholeFactor)],
        ],
      },
    ],
    targets: [
      {
        work: 'verify an assertion',
        target: `at most ${duration(CPU_LIMIT_US)} of processor time, for each algorithm`,
        figure: duration(most),
        met: most <= CPU_LIMIT_US,
        bound: 'hashes, import and verification in WebCrypto, each with a thread of its own',
      },
      {
        work: 'a whole `verify` by a passkey, memory store, ES256',
        target: `at most ${times(WHOLE_TO_PEER)} the verification alone of ${PEER}`,
        figure: times(wholeFactor),
        met: wholeFactor <= WHOLE_TO_PEER,
      },
    ],
  };
}

/** The benchmark. */
export const webauthn: Bench = { name: 'webauthn', title: 'Verifying an assertion', run };

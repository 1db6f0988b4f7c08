/** webauthn: verifies one assertion of a passkey or security key. */
import { softwareKey, type SoftwareKeyAlgorithm } from '@mfakit/testkit';
import { webauthn as relyingParty } from '@mfakit/webauthn';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';

const PEER = '@simplewebauthn/server';
const ALGORITHMS = [
  ['ES256', -7],
  ['Ed25519', -8],
  ['RS256, 2,048 bits', -257],
] as const;

const CPU_LIMIT_US = 1000;

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

async function run({ smoke }: Scale): Promise<Findings> {
  const candidates = await Promise.all(ALGORITHMS.map(([name, algorithm]) => candidatesOf(name, algorithm)));
  const plan = smoke ? { rounds: 1, samples: 3, runsPerSample: 2 } : { rounds: 15, samples: 40, runsPerSample: 10 };
  const measured = await interleave(candidates.flat(), plan);
  const rows = ALGORITHMS.map(([name]) => {
    const [ours, peers] = [find(measured, `mfakit ${name}`), find(measured, `${PEER} ${name}`)];
    return { name, ours, peers, factor: ratio(ours, peers) };
  });
  const most = Math.max(...rows.map(({ ours }) => ours.cpuUs));
  return {
    text: [
      'An assertion from JSON to the verdict, with the key taken from its COSE form each time: `verifyAssertion` of ' +
        `\`@mfakit/webauthn\`, and \`verifyAuthenticationResponse\` of \`${PEER}\`. Both hash, import and verify with ` +
        'the WebCrypto of Node.js, on its threads; processor time is that of all threads.',
    ],
    tables: [
      {
        head: ['', 'mfakit', 'processor time', PEER, 'processor time', 'mfakit to the peer'],
        rows: rows.map(({ name, ours, peers, factor }) => [
          name,
          duration(ours.us),
          duration(ours.cpuUs),
          duration(peers.us),
          duration(peers.cpuUs),
          times(factor),
        ]),
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
    ],
  };
}

/** The benchmark. */
export const webauthn: Bench = { name: 'webauthn', title: 'Verifying an assertion', run };

/** totp: matches one code against a window of ±1 step. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, times } from '../format.ts';
import { find, interleave, ratio, type Candidate, type Measured } from '../interleave.ts';
import { matchingCandidates, threeCandidates } from '../matching.ts';
import { abilityTable } from '../peers/abilities.ts';
import { FLOOR, totpMatchers } from '../peers/totp-matchers.ts';
import { median } from '../statistics.ts';

const PEERS = ['otpauth', '@oslojs/otp', 'speakeasy', 'otplib', 'better-auth'] as const;

/** Peers that, like mfakit, compute and compare every candidate whatever the code is. */
const COMPARE_ALL = ['better-auth'];

const RATIO_LIMIT = 1.7;
const EQUAL_WITHIN = 0.05;

async function run({ smoke }: Scale): Promise<Findings> {
  // Only letters, because one peer takes its secret as text.
  const key = Buffer.from(randomBytes(10).toString('hex'));
  const matchers = totpMatchers(key);
  const codes = { right: '', wrong: '' };
  const prepare = (): void => {
    codes.right = codeAt(key, 0);
    codes.wrong = wrongCode(key);
  };
  prepare();
  await checkAnswers(matchers, codes);

  const candidates = Object.entries(matchers).flatMap(([name, match]): Candidate[] =>
    (['right', 'wrong'] as const).map((which) => ({
      name: `${name} ${which}`,
      prepare,
      run: () => match(codes[which]),
    })),
  );
  const plan = smoke ? { rounds: 1, samples: 3, runsPerSample: 2 } : { rounds: 15, samples: 60, runsPerSample: 20 };
  const calls = await matchingCandidates();
  const measured = await interleave([...candidates, ...calls], plan);
  const of = (name: string, which: 'right' | 'wrong'): Measured =>
    name === 'mfakit' ? threeCandidates(measured, which) : find(measured, `${name} ${which}`);
  const floorRatio = (name: string, which: 'right' | 'wrong'): number => ratio(of(name, which), of(FLOOR, which));

  const ours = Math.max(floorRatio('mfakit', 'right'), floorRatio('mfakit', 'wrong'));
  const apart = Math.abs(ratio(of('mfakit', 'wrong'), of('mfakit', 'right')) - 1);
  const slowerThanUs = COMPARE_ALL.map((name) => ratio(of(name, 'wrong'), of('mfakit', 'wrong')));
  return {
    text: [
      'A code of six digits against the steps before, at and after now, SHA-1, with the secret as it is stored by each ' +
        'library. The floor computes three HMAC of `node:crypto` under one `KeyObject` and compares all three. The right ' +
        'code is that of the current step; libraries that stop at a match are quicker on a right code than on a wrong one.',
      'mfakit gives its match no name of its own. Its figure is a difference of whole calls: `stepUp` of a user with 20 ' +
        'devices, with a window of five steps and of one, is 80 candidates apart; three of them are shown. Taking up the ' +
        'key, once for each device, cancels out: it is in the figures of the others.',
    ],
    tables: [
      {
        head: ['', 'right code', 'wrong code', 'right, to the floor', 'wrong, to the floor', 'wrong ÷ right'],
        rows: [FLOOR, 'mfakit', ...PEERS].map((name) => [
          name === FLOOR ? `${FLOOR} (floor)` : name,
          duration(of(name, 'right').us),
          duration(of(name, 'wrong').us),
          times(floorRatio(name, 'right')),
          times(floorRatio(name, 'wrong')),
          ratio(of(name, 'wrong'), of(name, 'right')).toFixed(2),
        ]),
      },
      abilityTable(['mfakit', ...PEERS]),
    ],
    targets: [
      {
        work: 'match a TOTP code',
        target: `at most ${RATIO_LIMIT} × node:crypto`,
        figure: times(ours),
        met: ours <= RATIO_LIMIT,
        bound: 'SHA-1 in JavaScript, which every runtime has, against that of OpenSSL',
      },
      {
        work: 'match a TOTP code',
        target: `right and wrong within ${EQUAL_WITHIN * 100} %`,
        figure: `${(apart * 100).toFixed(1)} %`,
        met: apart <= EQUAL_WITHIN,
        bound: 'the noise of the machine: both run the same instructions',
      },
      {
        work: 'match a TOTP code',
        target: 'the fastest library that compares every candidate',
        figure: `${times(median(slowerThanUs))} for ${COMPARE_ALL.join(', ')}`,
        met: slowerThanUs.every((factor) => factor > 1),
      },
    ],
  };
}

/** Checks the answers of the matchers: a benchmark of wrong matchers would measure nothing. */
async function checkAnswers(
  matchers: ReturnType<typeof totpMatchers>,
  codes: { readonly right: string; readonly wrong: string },
): Promise<void> {
  for (const [name, match] of Object.entries(matchers)) {
    if (!(await match(codes.right)) || (await match(codes.wrong))) throw new Error(`${name} answers wrongly`);
  }
}

function codeAt(key: Buffer, offset: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + offset));
  const digest = createHmac('sha1', key).update(message).digest();
  const value = digest.readUInt32BE((digest[19] ?? 0) & 0xf) & 0x7fff_ffff;
  return String(value % 1_000_000).padStart(6, '0');
}

function wrongCode(key: Buffer): string {
  const near = [-2, -1, 0, 1, 2].map((offset) => codeAt(key, offset));
  const wrong = ['123456', '234567', '345678', '456789', '567890', '678901'].find((code) => !near.includes(code));
  return wrong ?? '000000';
}

/** The benchmark. */
export const totp: Bench = { name: 'totp', title: 'Matching a TOTP code', run };

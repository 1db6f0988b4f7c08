/** argon2: a wrong backup code, and ten codes at setup, by each hasher. */
import { memoryStore } from '@mfakit/memory';
import type { CodeHasher } from '@mfakit/core';
import { at, startApplication } from '../application.ts';
import type { Bench, Findings, Scale, Target } from '../bench.ts';
import { duration, times } from '../format.ts';
import { coreHashers, sampleJob, type NamedHasher } from '../hashers.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { loopDelay } from '../loop-delay.ts';
import { nativeHasher } from '../peers/native-hasher.ts';
import { median } from '../statistics.ts';
import { countHashes } from './argon2-counts.ts';

const CODES = 10;
const LOOP_LIMIT_MS = 10;
const NATIVE_LIMIT = 1.2;

async function run({ smoke }: Scale): Promise<Findings> {
  const hashers = [...coreHashers(), { name: '@node-rs/argon2', hasher: nativeHasher, native: true }];
  await checkDigests(hashers);
  const rounds = smoke ? 1 : 9;
  const codes = smoke ? 1 : CODES;

  const measured = await interleave(
    (await Promise.all(hashers.map(({ name, hasher }) => candidatesOf(name, hasher, codes)))).flat(),
    { rounds, samples: 1 },
  );
  const delays = await delaysOf(hashers, smoke);
  const counts = await countHashes();
  const [taken] = hashers;
  const onLoop = (name: string): number => delays.get(name) ?? Number.NaN;

  return {
    text: [
      'Argon2id with m = 19,456 KiB, t = 2, p = 1 and 32 bytes. A wrong backup code costs one of them, whatever the number ' +
        'of codes left, because all codes of a set share one salt; a library that gives each code a salt of its own ' +
        'computes up to ten. Ten codes at setup are ten computations: raw means the hasher alone, ten at once; `setup` ' +
        'draws, hashes, seals and stores. The delay of the event loop is measured over the raw ten, as a request that ' +
        'arrives at any moment meets it; that of an idle loop at the same time is the floor, below which nothing is seen.',
      `This runtime's default is ${taken?.name ?? ''}.`,
    ],
    tables: [
      {
        head: ['', 'one hash', 'wrong backup code', 'ten codes, raw', '`setup`', '`setup` to raw', "loop's p99 delay"],
        rows: [
          ...hashers.map(({ name }) => [
            name,
            duration(find(measured, `${name} one`).us),
            duration(find(measured, `${name} wrong`).us),
            duration(find(measured, `${name} ten`).us),
            duration(find(measured, `${name} setup`).us),
            times(ratio(find(measured, `${name} setup`), find(measured, `${name} ten`))),
            duration(onLoop(name) * 1000),
          ]),
          ['(idle loop)', '', '', '', '', '', duration(onLoop('idle') * 1000)],
        ],
      },
      {
        head: ['an attempt with a backup code', 'Argon2id computed'],
        rows: counts.map(({ attempt, hashes }) => [attempt, String(hashes)]),
      },
    ],
    targets: [
      {
        work: 'a wrong backup code',
        target: 'exactly one Argon2id; none when locked or malformed',
        figure: counts.map(({ attempt, hashes }) => `${attempt}: ${hashes}`).join(', '),
        met: counts.every(({ hashes, allowed }) => hashes === allowed),
      },
      loopTarget(taken?.name ?? '', onLoop(taken?.name ?? ''), onLoop('idle')),
      ...hashers
        .filter(({ native }) => native)
        .map(({ name }): Target => {
          const factor = ratio(find(measured, `${name} setup`), find(measured, `${name} ten`));
          return {
            work: `ten backup codes at setup, ${name}`,
            target: `at most ${NATIVE_LIMIT} × its raw time`,
            figure: times(factor),
            met: factor <= NATIVE_LIMIT,
          };
        }),
    ],
  };
}

function loopTarget(name: string, delayMs: number, idleMs: number): Target {
  return {
    work: `ten backup codes at setup, ${name}`,
    target: `the loop's p99 delay stays under ${LOOP_LIMIT_MS} ms`,
    figure: `${duration(delayMs * 1000)} (idle: ${duration(idleMs * 1000)})`,
    met: delayMs < LOOP_LIMIT_MS,
    bound: 'threads that compute and the loop share the cores: with none to spare the scheduler makes the loop wait',
  };
}

async function candidatesOf(name: string, hasher: CodeHasher, codes: number): Promise<readonly Candidate[]> {
  const { mfa, enrol } = startApplication(memoryStore(), { hasher, backupCodes: { count: codes } });
  const { userId } = await enrol('ann');
  let users = 0;
  return [
    { name: `${name} one`, run: () => hasher(sampleJob()) },
    {
      name: `${name} wrong`,
      prepare: () => mfa.unlock(userId),
      run: async () => {
        await mfa.stepUp(userId, { backupCode: '0000-0000' }).catch(() => undefined);
      },
    },
    { name: `${name} ten`, run: () => Promise.all(Array.from({ length: codes }, () => hasher(sampleJob()))) },
    { name: `${name} setup`, run: () => mfa.setup({ userId: `new-${(users += 1)}` }, { accountName: 'new' }) },
  ];
}

async function delaysOf(hashers: readonly NamedHasher[], smoke: boolean): Promise<ReadonlyMap<string, number>> {
  const idle = { name: 'idle', work: () => new Promise((resolve) => setTimeout(resolve, smoke ? 10 : 200)) };
  const all = [
    idle,
    ...hashers.map(({ name, hasher }) => ({
      name,
      work: () => Promise.all(Array.from({ length: smoke ? 1 : CODES }, () => hasher(sampleJob()))),
    })),
  ];
  const seen = new Map(all.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < (smoke ? 1 : 9); round += 1) {
    for (const { name, work } of all) seen.get(name)?.push((await loopDelay(work)).p99Ms);
  }
  return new Map([...seen].map(([name, delays]) => [name, median(delays)]));
}

/** Hashers that disagree would not be comparable, nor could one replace another. */
async function checkDigests(hashers: readonly NamedHasher[]): Promise<void> {
  const job = { ...sampleJob(), memoryKiB: 64 };
  const digests = await Promise.all(hashers.map(async ({ hasher }) => Buffer.from(await hasher(job)).toString('hex')));
  const odd = digests.findIndex((digest) => digest !== digests[0]);
  if (odd !== -1) throw new Error(`${at(hashers, odd).name} gives another digest`);
}

/** The benchmark. */
export const argon2: Bench = { name: 'argon2', title: 'Argon2id: backup codes', run };

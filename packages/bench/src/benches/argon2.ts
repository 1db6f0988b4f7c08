/** argon2: a wrong backup code, and ten codes at an enrollment, with core's own hasher and with each that it can use. */
import type { CodeHasher } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { virtualAuthenticator } from '@mfakit/testkit';
import { at, startApplication } from '../application.ts';
import type { Bench, Findings, Scale, Target } from '../bench.ts';
import { duration, times } from '../format.ts';
import { DEFAULT_HASHER, HASHERS, sampleJob } from '../hashers.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { loopDelay } from '../loop-delay.ts';
import { median } from '../statistics.ts';
import { countHashes } from './argon2-counts.ts';

const CODES = 10;
const LOOP_LIMIT_MS = 10;
const NATIVE_LIMIT = 1.2;
const DEFAULT = `${DEFAULT_HASHER.name}: the default`;

async function run({ smoke }: Scale): Promise<Findings> {
  await checkDigests();
  const rounds = smoke ? 1 : 9;
  const codes = smoke ? 1 : CODES;
  const rows = [DEFAULT, ...HASHERS.map(({ name }) => name)];
  const measured = await interleave(
    (
      await Promise.all([
        callsWith(DEFAULT, 'default', codes),
        ...HASHERS.flatMap(({ name, hasher }) => [callsWith(name, hasher, codes), rawOf(name, hasher, codes)]),
      ])
    ).flat(),
    { rounds, warmupRounds: smoke ? 0 : 1, samples: 1 },
  );
  const delays = await delaysOf(smoke);
  const counts = await countHashes();
  const onLoop = (name: string): number => delays.get(name) ?? Number.NaN;
  /** The library of the default hasher, if it can be measured alone. */
  const rawName = (name: string): string | undefined => {
    const library = name === DEFAULT ? DEFAULT_HASHER.name : name;
    return HASHERS.find((hasher) => hasher.name === library)?.name;
  };
  const enrollmentToRaw = (name: string): number | null => {
    const raw = rawName(name);
    return raw === undefined ? null : ratio(find(measured, `${name} enrollment`), find(measured, `${raw} ten`));
  };
  const show = (name: string, what: string): string => duration(find(measured, `${name} ${what}`).us);

  return {
    text: [
      'Argon2id with m = 19,456 KiB, t = 2, p = 1 and 32 bytes. A wrong backup code costs one of them, whatever the number ' +
        'of codes left, because all codes of a set share one salt; a library that gives each code a salt of its own ' +
        'computes up to ten. Ten codes at an enrollment are ten computations: raw means the hasher alone, ten at once; `setup` ' +
        'and `confirm` draw, hash, seal and store. The delay of the event loop is measured over both, as a request that ' +
        'arrives at any moment meets it; that of an idle loop at the same time is the floor, below which nothing is seen.',
      'The default is what `createMfa` takes when no hasher is given. Its two threads have no public name, so they are ' +
        'measured by whole calls only; the others are given to it as `hasher`. A code hashed by the default is accepted ' +
        'under each of the others, or the benchmark fails.',
    ],
    tables: [
      {
        head: [
          '',
          'one hash',
          'wrong backup code',
          'ten codes, raw',
          'enrollment',
          'enrollment to raw',
          "loop's p99 delay",
        ],
        rows: [
          ...rows.map((name) => {
            const raw = rawName(name);
            const toRaw = enrollmentToRaw(name);
            return [
              name,
              raw === undefined ? '' : show(raw, 'one'),
              show(name, 'wrong'),
              raw === undefined ? '' : show(raw, 'ten'),
              show(name, 'enrollment'),
              toRaw === null ? '' : times(toRaw),
              duration(onLoop(name) * 1000),
            ];
          }),
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
      loopTarget(DEFAULT_HASHER.name, onLoop(DEFAULT), onLoop('idle')),
      ...HASHERS.filter(({ native }) => native).map(({ name }): Target => {
        const factor = enrollmentToRaw(name) ?? Number.NaN;
        return {
          work: `ten backup codes at enrollment, ${name}`,
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
    work: `ten backup codes at enrollment, ${name}`,
    target: `the loop's p99 delay stays under ${LOOP_LIMIT_MS} ms`,
    figure: `${duration(delayMs * 1000)} (idle: ${duration(idleMs * 1000)})`,
    met: delayMs < LOOP_LIMIT_MS,
    bound: 'threads that compute and the loop share the cores: with none to spare the scheduler makes the loop wait',
  };
}

/** Whole calls, with one hasher behind them. */
async function callsWith(name: string, hasher: CodeHasher | 'default', codes: number): Promise<readonly Candidate[]> {
  const { mfa, enrol } = startApplication(memoryStore(), { hasher, backupCodes: { count: codes } });
  const { userId } = await enrol('ann');
  let users = 0;
  return [
    {
      name: `${name} wrong`,
      prepare: () => mfa.unlock(userId),
      run: async () => {
        await mfa.stepUp(userId, { backupCode: '0000-0000' }).catch(() => undefined);
      },
    },
    { name: `${name} enrollment`, run: () => enrol(`new-${(users += 1)}`) },
  ];
}

/** The hasher alone. */
function rawOf(name: string, hasher: CodeHasher, codes: number): readonly Candidate[] {
  return [
    { name: `${name} one`, run: () => hasher(sampleJob()) },
    { name: `${name} ten`, run: () => Promise.all(Array.from({ length: codes }, () => hasher(sampleJob()))) },
  ];
}

async function delaysOf(smoke: boolean): Promise<ReadonlyMap<string, number>> {
  const enrollmentWith = (
    name: string,
    hasher: CodeHasher | 'default',
  ): { name: string; work: () => Promise<unknown> } => {
    const { enrol } = startApplication(memoryStore(), { hasher, backupCodes: { count: smoke ? 1 : CODES } });
    let users = 0;
    return { name, work: () => enrol(`new-${(users += 1)}`) };
  };
  const all = [
    { name: 'idle', work: () => new Promise((resolve) => setTimeout(resolve, smoke ? 10 : 200)) },
    enrollmentWith(DEFAULT, 'default'),
    ...HASHERS.map(({ name, hasher }) => enrollmentWith(name, hasher)),
  ];
  const seen = new Map(all.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < (smoke ? 1 : 9); round += 1) {
    for (const { name, work } of all) seen.get(name)?.push((await loopDelay(work)).p99Ms);
  }
  return new Map([...seen].map(([name, delays]) => [name, median(delays)]));
}

/** Checks that every hasher accepts a code of the default one. Others would not be comparable, nor interchangeable. */
async function checkDigests(): Promise<void> {
  const store = memoryStore();
  const options = { backupCodes: { count: HASHERS.length } };
  const { mfa, clock } = startApplication(store, { hasher: 'default', ...options });
  const { uri, backupCodes } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(clock()) });
  for (const [index, { hasher }] of HASHERS.entries()) {
    await startApplication(store, { hasher, clock }).mfa.stepUp('ann', { backupCode: at(backupCodes, index) });
  }
}

/** The benchmark. */
export const argon2: Bench = { name: 'argon2', title: 'Argon2id: backup codes', run };

/** Cases of marks, which a store may keep: whatever `list` and `stats` tell by them is what reading every record tells. */
import type { Mfa, MfaOptions, MfaStore, UserFilter } from '@mfakit/core';
import { checkEqual } from '../check.ts';
import { randomKey, startProcesses } from '../processes.ts';
import { version } from '../samples.ts';
import type { CaseGroup } from '../store-case.ts';
import type { EnrolledUser } from '../test-application.ts';

const USERS = ['m', 'z', 'B', '👾', 'a', '\uFF5E', '10', '9'];
const STATES = ['locked', 'locked_until_unlock', 'overdue', 'few_codes', 'short_secret'] as const;
const STEPS = 60;

/** The same store to an application that knows of no marks: it reads every record. */
function withoutMarks(store: MfaStore): MfaStore {
  return {
    read: (userId) => store.read(userId),
    commit: (swap) => store.commit(swap),
    events: (userId, page) => store.events(userId, page),
    scan: ({ after, limit }) => store.scan({ after, limit }),
  };
}

async function listAll(mfa: Mfa, filter: UserFilter): Promise<unknown> {
  const found: unknown[] = [];
  let unreadable = 0;
  let after: string | null = null;
  for (let pages = 0; pages < 20; pages += 1) {
    const page = await mfa.list(filter, { limit: 3, ...(after !== null && { after }) });
    found.push(...page.users);
    unreadable += page.unreadable;
    if (page.after === null) return { users: found, unreadable };
    after = page.after;
  }
  return 'a list that never ends';
}

/**
 * Lets users do at random whatever changes the lists, and looks every now and then.
 * @param seed - the same one repeats the same life, but for the secrets
 */
export async function liveAndLook(store: MfaStore, seed: number): Promise<void> {
  const chance = chanceOf(seed);
  const [oldKey, newKey] = [randomKey(), randomKey()];
  const lockout = { maxFailures: 3, hardLimit: 6, durationSeconds: 60, maxDurationSeconds: 60 };
  const before = startProcesses(store, { keys: [oldKey], lockout });
  const { clock } = before;
  const enrolled = new Map<string, EnrolledUser>();
  let { mfa } = before;
  let keys = [oldKey];

  const steps: readonly ((userId: string) => Promise<unknown>)[] = [
    async (userId) => {
      if ((await mfa.status(userId)).factors.length === 0) enrolled.set(userId, await before.enroll(userId));
    },
    (userId) => mfa.stepUp(userId, { code: enrolled.get(userId)?.code() ?? '000000' }),
    async (userId) => {
      for (const backupCode of enrolled.get(userId)?.backupCodes.slice(0, 7) ?? []) {
        await mfa.stepUp(userId, { backupCode }).catch(() => undefined);
      }
    },
    (userId) => mfa.regenerate(userId, { code: enrolled.get(userId)?.code() ?? '000000' }),
    async (userId) => {
      for (let failures = 0; failures < 3; failures += 1) await mfa.passwordFailed(userId);
    },
    (userId) => mfa.unlock(userId),
    (userId) => mfa.enforce(userId, { from: new Date(clock() + chance(3) * 60_000 - 60_000) }),
    (userId) => mfa.exempt(userId, { until: new Date(clock() + chance(3) * 60_000) }),
    (userId) => mfa.exempt(userId),
    (userId) => mfa.reset(userId),
    (userId) => mfa.forget(userId),
    async () => void clock.advance({ seconds: 30 * chance(4) }),
    async () => {
      keys = [newKey, oldKey];
      mfa = before.another({ keys });
      for await (const progress of mfa.rekey({ after: 'B' })) void progress;
    },
    // Not by the core: such a record has no marks.
    async (userId) => {
      const stored = await store.read(userId);
      const newer = chance(2) === 0 && { schema: 2 as never };
      const next = version({ ...(stored?.record ?? version().record), ...newer, trail: [] });
      await store.commit({ userId, expected: stored?.revision ?? null, next, events: [] });
    },
  ];

  for (let step = 1; step <= STEPS; step += 1) {
    const userId = USERS[chance(USERS.length)] ?? '';
    await steps[chance(steps.length)]?.(userId).catch(() => undefined);
    if (step % 15 !== 0) continue;
    for (const require of [undefined, 'all', demand(clock())] as const) {
      await expectSame(store, { before, keys, step, seed, require });
    }
  }
}

/** The option `require` as a function: late, not yet late, and never. */
function demand(now: number): (userId: string) => Date | null {
  return (userId) => (userId < 'B' ? new Date(now) : userId < 'm' ? new Date(now + 1) : null);
}

async function expectSame(
  store: MfaStore,
  {
    before,
    keys,
    step,
    seed,
    require,
  }: {
    readonly before: ReturnType<typeof startProcesses>;
    readonly keys: readonly string[];
    readonly step: number;
    readonly seed: number;
    readonly require: MfaOptions['require'];
  },
): Promise<void> {
  const options = { keys, ...(require !== undefined && { require }) };
  const byMarks = before.another(options);
  const byReading = before.another({ ...options, store: withoutMarks(store) });
  const where = `after step ${step} of history ${seed}`;
  checkEqual(await byMarks.stats(), await byReading.stats(), `stats by marks tells what reading tells, ${where}`);
  const ids = (await byReading.keyReport()).flatMap(({ keyId }) => (keyId === null ? [] : [keyId]));
  for (const filter of [...STATES.map((state) => ({ state })), ...ids.map((key) => ({ key }))]) {
    const promise = `a list of ${JSON.stringify(filter)} by marks tells what reading tells, ${where}`;
    checkEqual(await listAll(byMarks, filter), await listAll(byReading, filter), promise);
  }
}

/** A source of whole numbers below a bound: xorshift, so that a history can be told by its number. */
function chanceOf(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const histories = [1, 2, 3].map(
  (seed) =>
    [
      `marks: by them, list and stats tell what reading every record tells, in history ${seed}`,
      async (target: MfaStore): Promise<void> => {
        if (target.countMarks !== undefined) await liveAndLook(target, seed);
      },
    ] as const,
);

export const markCases: CaseGroup = Object.fromEntries(histories);

import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { lossyStore, type LossyStore } from './lossy-store.ts';

/** Two processes over one database; the answers to the first one's commits can get lost. */
interface Two extends Stage {
  readonly lossy: LossyStore;
  readonly here: Stage['mfa'];
  readonly there: Stage['mfa'];
}

function twoProcesses(): Two {
  const on = stage();
  const lossy = lossyStore(on.store);
  return { ...on, lossy, here: on.another({ store: lossy }), there: on.another() };
}

async function enrollAgain({ there, clock }: Two, userId: string): Promise<void> {
  const { uri } = await there.setup({ userId }, { accountName: 'user@example.com' });
  await there.confirm({ userId }, { code: virtualAuthenticator(uri).code(clock()) });
}

const typesOf = (on: Stage): readonly string[] => on.events.map(({ type }) => type);

describe('invariant 11: a write that landed is not carried out again, whatever was written since', () => {
  test('reset: a factor that the user enrolled in the meantime stays', async () => {
    const on = twoProcesses();
    await on.enroll('ann');
    on.lossy.loseNext(() => enrollAgain(on, 'ann'));
    await on.here.reset('ann');
    expect((await on.mfa.status('ann')).enabled).toBe(true);
    expect((await on.mfa.begin('ann')).next).toBe('verify');
    expect(typesOf(on).filter((type) => type === 'reset')).toHaveLength(1);
  });

  test('forget: a user who came back in the meantime stays enrolled', async () => {
    const on = twoProcesses();
    await on.enroll('ann');
    on.lossy.loseNext(() => enrollAgain(on, 'ann'));
    await on.here.forget('ann');
    expect((await on.mfa.begin('ann')).next).toBe('verify');
  });

  test('enforce: a later exempt stands', async () => {
    const on = twoProcesses();
    on.lossy.loseNext(() => on.there.exempt('ann'));
    await on.here.enforce('ann');
    expect((await on.mfa.status('ann')).enforcement).toBeNull();
  });

  test('unlock: newer failures stay counted', async () => {
    const on = twoProcesses();
    const ann = await on.enroll('ann');
    await on.mfa.passwordFailed('ann');
    on.lossy.loseNext(async () => {
      for (let failure = 0; failure < 5; failure++) await outcomeOf(on.there.stepUp('ann', { code: ann.wrongCode() }));
    });
    await on.here.unlock('ann');
    expect((await on.store.record('ann')).lockout.failures).toBe(5);
  });

  test('a refusal is recorded once', async () => {
    const on = twoProcesses();
    const ann = await on.enroll('ann');
    on.lossy.loseNext(() => on.there.passwordFailed('ann'));
    expect(await outcomeOf(on.here.stepUp('ann', { code: ann.wrongCode() }))).toBe('invalid_code');
    const refused = (await on.mfa.history('ann')).filter(({ type }) => type === 'attempt_refused');
    expect(refused).toHaveLength(2); // the code, and the password of the other process
    expect((await on.store.record('ann')).lockout.failures).toBe(2);
  });

  test('regenerate: the codes that were told are those that are good', async () => {
    const on = twoProcesses();
    const ann = await on.enroll('ann');
    let commits = 0;
    const here = on.another({
      store: {
        ...on.lossy,
        async commit(swap) {
          commits += 1;
          // The charge, and then the swap that stores the new set.
          if (commits === 2) on.lossy.loseNext(() => on.there.passwordFailed('ann'));
          return on.lossy.commit(swap);
        },
      },
    });
    const { backupCodes } = await here.regenerate('ann', { password: TEST_PASSWORD, code: ann.code() });
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: backupCodes[0] ?? '' }))).toBe('accepted');
  });

  test('a code that was right is told to be right, though others wrote seven times since', async () => {
    const on = twoProcesses();
    const ann = await on.enroll('ann');
    on.lossy.loseNext(async () => {
      for (let failure = 0; failure < 7; failure++) await on.there.passwordFailed('ann');
    });
    expect(await outcomeOf(on.here.stepUp('ann', { code: ann.code() }))).toBe('accepted');
    const verified = (await on.mfa.history('ann')).filter((event) => event.type === 'verified');
    expect(verified).toHaveLength(1);
    expect(on.events.filter(({ type }) => type === 'verified')).toHaveLength(1);
  });
});

/** More writes than the trail reaches back over. */
async function many({ there }: Two): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await there.passwordFailed('ann');
    await there.unlock('ann');
  }
}

describe('an outcome that can no longer be known', () => {
  test.each([
    ['landed', 'loseNext'],
    ['did not land', 'dropNext'],
  ] as const)('that %s: nothing is repeated, and the call says that it does not know', async (_what, loses) => {
    const on = twoProcesses();
    await on.enroll('ann');
    on.lossy[loses](() => many(on));
    const before = on.lossy.landed.length;
    await expect(on.here.reset('ann')).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(on.here.status('ann')).resolves.toBeDefined();
    expect(on.lossy.landed.length).toBe(before + (loses === 'loseNext' ? 1 : 0));
  });

  test('a commit that did not land is decided again while the trail shows that', async () => {
    const on = twoProcesses();
    const ann = await on.enroll('ann');
    on.lossy.dropNext(() => on.there.passwordFailed('ann'));
    expect(await outcomeOf(on.here.stepUp('ann', { code: ann.code() }))).toBe('accepted');
  });

  test('a row that is gone says nothing about a write that expected it', async () => {
    const on = twoProcesses();
    await on.enroll('ann');
    on.lossy.loseNext(async () => {
      const { revision } = (await on.store.read('ann')) ?? { revision: '' };
      await on.store.commit({ userId: 'ann', expected: revision, next: null, events: [] });
    });
    await expect(on.here.enforce('ann')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await on.store.read('ann')).toBeNull();
  });
});

test('the trail holds the last eight revisions, newest first', async () => {
  const { mfa, store } = stage();
  const revisions: string[] = [];
  for (let failure = 0; failure < 12; failure++) {
    await mfa.enforce('ann', { from: new Date(failure) });
    revisions.unshift((await store.read('ann'))?.revision ?? '');
  }
  expect((await store.record('ann')).trail).toEqual(revisions.slice(1, 9));
});

test('an outcome that stays unknown is told with what the store threw last', async () => {
  const on = twoProcesses();
  await on.mfa.enforce('ann');
  on.lossy.loseNext(async () => {
    for (let n = 0; n < 20; n++) await on.there.enforce('ann', { from: new Date(n) });
  });
  const error: unknown = await on.here.exempt('ann').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('unknown') });
  expect(error).toHaveProperty('cause', new Error('connection reset'));
});

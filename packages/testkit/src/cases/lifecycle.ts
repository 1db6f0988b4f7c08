/** Cases of the core over the store: what users get of the promises of the port. */
import type { Mfa, MfaStore } from '@mfakit/core';
import { check, checkEqual } from '../check.ts';
import { countOutcomes, expectHistory, randomKey, startProcesses } from '../processes.ts';
import type { CaseGroup } from '../store-case.ts';
import type { EnrolledUser } from '../test-application.ts';

const ENROLLED = ['setup_started', 'factor_added'];

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** A store whose connection breaks at every other commit: before the commit arrives, or when it has landed. */
function breaking(store: MfaStore, when: 'before it arrives' | 'when it has landed'): MfaStore {
  let commits = 0;
  return {
    read: (userId) => store.read(userId),
    events: (userId, page) => store.events(userId, page),
    scan: (page) => store.scan(page),
    async commit(commit) {
      const breaks = commits++ % 2 === 0;
      if (breaks && when === 'before it arrives') throw new Error('The connection broke.');
      const answer = await store.commit(commit);
      if (breaks) throw new Error('The connection broke.');
      return answer;
    },
  };
}

/** Spends a code and a backup code, each once, and expects that neither is lost and neither works again. */
async function useOnce(store: MfaStore): Promise<void> {
  const application = startProcesses(store);
  const { mfa } = application;
  const { userId, backupCodes, code: shown } = await application.enroll('alice');
  const [backupCode = ''] = backupCodes;
  const code = shown();
  const attempts = [{ code }, { backupCode }, { code }, { backupCode }];
  const outcomes: string[] = [];
  for (const attempt of attempts) {
    outcomes.push(...Object.keys(await countOutcomes(application, [() => mfa.stepUp(userId, attempt)])));
  }
  checkEqual(
    outcomes,
    ['accepted', 'accepted', 'code_already_used', 'invalid_backup_code'],
    'a broken connection costs no one a good code, and makes none work twice',
  );
  const used = ['verified', 'attempt_charged', 'verified', 'attempt_refused', 'attempt_charged', 'attempt_refused'];
  await expectHistory(application, userId, [...ENROLLED, ...used]);
}

export const lifecycleCases: CaseGroup = {
  'lifecycle: a commit that landed but whose answer was lost is recognised': (store) =>
    useOnce(breaking(store, 'when it has landed')),

  'lifecycle: a commit that never arrived is made again': (store) => useOnce(breaking(store, 'before it arrives')),

  async 'lifecycle: of fifty parallel verifications with one code exactly one succeeds'(store) {
    const application = startProcesses(store);
    const { userId, code: shown } = await application.enroll('alice');
    const code = shown();
    const verifications = times(50, async (mfa: Mfa) => {
      const answer = await mfa.begin(userId);
      check(answer.next === 'verify', 'a user who has enrolled is asked for a second factor');
      return mfa.verify({ token: answer.token, code });
    });
    const outcomes = await countOutcomes(application, verifications);
    checkEqual(outcomes, { accepted: 1, code_already_used: 49 }, 'a code succeeds once');
    const found = await application.mfa.history(userId, { limit: 200 });
    const verified = found.filter((event) => event.type === 'verified').length;
    checkEqual(verified, 1, 'one success leaves one event');
    // A replay counts as no failure, so it is recorded once per factor and step, not each time.
    const refused = found.filter((event) => event.type === 'attempt_refused').length;
    check(refused >= 1 && refused <= 49, 'a refusal leaves an event');
    checkEqual(found.length, ENROLLED.length + 1 + refused, 'the events tell what happened and nothing else');
  },

  async 'lifecycle: of two hundred parallel wrong guesses exactly ten are answered'(store) {
    const application = startProcesses(store);
    const { userId, wrongCode } = await application.enroll('alice');
    const guess = { code: wrongCode() };
    const outcomes = await countOutcomes(
      application,
      times(200, (mfa) => mfa.stepUp(userId, guess)),
    );
    const { invalid_code: answered, locked = 0, busy = 0, ...others } = outcomes;
    checkEqual(answered, 10, 'ten wrong guesses lock, however many come at once');
    checkEqual([others, locked + busy], [{}, 190], 'all other guesses are refused unchecked');
    await expectHistory(application, userId, [...ENROLLED, ...times(10, 'attempt_refused'), 'account_locked']);
  },

  async 'lifecycle: different backup codes used in parallel all count, each of them once'(store) {
    const application = startProcesses(store);
    const { userId, backupCodes } = await application.enroll('alice');
    // Eight attempts, four of them wrong: a count of eight, at its worst, does not lock.
    const codes = backupCodes.slice(0, 4);
    const uses = [...codes, ...codes].map((backupCode) => (mfa: Mfa) => mfa.stepUp(userId, { backupCode }));
    const outcomes = await countOutcomes(application, uses);
    checkEqual(outcomes, { accepted: 4, invalid_backup_code: 4 }, 'each backup code succeeds once');
    const { backupCodesRemaining } = await application.mfa.status(userId);
    checkEqual(backupCodesRemaining, backupCodes.length - 4, 'four backup codes are spent, no more and no less');
  },

  async 'lifecycle: a user who was forgotten starts from nothing'(store) {
    const application = startProcesses(store);
    const [mfa, other] = application.processes;
    await application.enroll('alice');
    await application.enroll('bob');
    await mfa.forget('alice');
    await expectHistory(application, 'alice', []);
    checkEqual((await (other ?? mfa).begin('alice')).next, 'signed-in', 'nothing is left of a user who was forgotten');
    await application.enroll('alice');
    // Their enrollment had 1 and 2, and 3 was that they were forgotten: a number is never used twice.
    const anew = (await mfa.history('alice', { limit: 200 })).map(({ seq, type }) => `${seq} ${type}`);
    checkEqual(anew, ['5 factor_added', '4 setup_started'], 'events after an erase go on above the erased ones');
    await expectHistory(application, 'bob', ENROLLED);
  },

  async 'lifecycle: rekey reaches every user, and every code works on'(store) {
    const old = randomKey();
    const newest = randomKey();
    const before = startProcesses(store, { keys: [old] });
    const users: EnrolledUser[] = [];
    for (const userId of ['m', 'z', '👾', 'a', '\uFF5E', '10', '9']) users.push(await before.enroll(userId));
    const during = before.another({ keys: [newest, old] });
    let rekeyed = 0;
    for await (const progress of during.rekey()) {
      check(progress.scanned <= users.length, 'rekey meets no user twice, and comes to an end');
      rekeyed = progress.rekeyed;
    }
    checkEqual(rekeyed, users.length, 'rekey seals the secrets of every user anew');
    const after = startProcesses(store, { keys: [newest], clock: before.clock });
    for (const { userId, code } of users) {
      const { method } = await after.mfa.stepUp(userId, { code: code() });
      checkEqual(method, 'totp', 'the code of every user works under the newest key alone');
      await expectHistory(after, userId, [...ENROLLED, 'rekeyed', 'verified']);
    }
  },
};

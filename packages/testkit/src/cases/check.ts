/** Cases of `check`, which a store may have. */
import type { MfaStore } from '@mfakit/core';
import { check } from '../check.ts';
import { sampleEvents, version } from '../samples.ts';
import { expectEvents, expectRecord, scanAll, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

async function expectPass(target: MfaStore): Promise<void> {
  const problem = await target.check?.().then(
    () => undefined,
    (error: unknown) => String(error),
  );
  check(problem === undefined, `a store that is sound passes its own check\n  ${problem ?? ''}`);
}

export const checkCases: CaseGroup = {
  async 'check: a store that is sound passes, whether it is empty or not, and nothing changes'(target) {
    await expectPass(target);
    check((await scanAll(target, 10)).length === 0, 'a check stores nothing');
    const next = version(1);
    await store(target, { userId: 'alice', next, events: sampleEvents('alice', 1, 3) });
    await expectPass(target);
    await expectRecord(target, 'alice', next);
    await expectEvents(target, 'alice', sampleEvents('alice', 1, 3));
    check((await scanAll(target, 10)).length === 1, 'a check stores nothing');
  },
};

/** matching: what a code costs inside `stepUp`, from calls that differ only in the window or in the user's devices. */
import type { Mfa } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { testClock, virtualAuthenticator, type VirtualAuthenticator } from '@mfakit/testkit';
import { at, startApplication, wrongCode } from './application.ts';
import { difference, find, type Candidate, type Measured } from './interleave.ts';

/** As many devices as a user can have: the more, the clearer the difference. */
const DEVICES = 20;

/** Half-widths of the two windows: one candidate for each device, and five. */
const NARROW = 0;
const WIDE = 2;
const CANDIDATES_APART = DEVICES * 2 * (WIDE - NARROW);

/** Whether the sent code is right. */
export type Which = 'right' | 'wrong';

const nameOf = (which: Which, devices: number, windowSteps: number): string =>
  `stepUp, ${which}, ${devices} devices, window ${windowSteps}`;

/** A `stepUp` for each window and, with a right code, for one device and for many. Each is checked as it runs. */
export async function matchingCandidates(): Promise<readonly Candidate[]> {
  const store = memoryStore();
  const clock = testClock();
  const mfaOf = (windowSteps: number): Mfa =>
    startApplication(store, { clock, maxFactors: DEVICES, totp: { windowSteps } }).mfa;
  const [narrow, usual, wide] = [mfaOf(NARROW), mfaOf(1), mfaOf(WIDE)];
  const enrol = async (userId: string, devices: number): Promise<readonly VirtualAuthenticator[]> => {
    const phones: VirtualAuthenticator[] = [];
    for (let i = 0; i < devices; i += 1) {
      clock.advance({ seconds: 30 });
      const [first] = phones;
      const proof = first === undefined ? {} : { proof: { code: first.code(clock()), password: 'right' } };
      const { uri } = await usual.setup({ userId }, { accountName: userId, ...proof });
      const phone = virtualAuthenticator(uri);
      await usual.confirm({ userId }, { code: phone.code(clock()) });
      phones.push(phone);
    }
    return phones;
  };
  const many = await enrol('many', DEVICES);
  const one = await enrol('one', 1);

  const codes = { right: '', wrong: '' };
  /** The same before every call, so that the caches are in the same state and only the sent code differs. */
  const prepareSample = async (): Promise<void> => {
    clock.advance({ seconds: 30 });
    await usual.unlock('many');
    codes.right = at(many, 0).code(clock());
    codes.wrong = wrongCode(many, clock());
  };
  const right = (mfa: Mfa, windowSteps: number): Candidate => ({
    name: nameOf('right', DEVICES, windowSteps),
    runsPerSample: 1,
    prepareSample,
    run: () => mfa.stepUp('many', { code: codes.right }),
  });
  const wrong = (mfa: Mfa, windowSteps: number): Candidate => ({
    name: nameOf('wrong', DEVICES, windowSteps),
    runsPerSample: 1,
    prepareSample,
    run: () =>
      mfa.stepUp('many', { code: codes.wrong }).then(
        () => {
          throw new Error('a wrong code was accepted');
        },
        () => undefined,
      ),
  });
  const single: Candidate = {
    name: nameOf('right', 1, 1),
    runsPerSample: 1,
    prepareSample: async () => {
      await prepareSample();
      codes.right = at(one, 0).code(clock());
    },
    run: () => usual.stepUp('one', { code: codes.right }),
  };
  return [right(narrow, NARROW), right(wide, WIDE), wrong(narrow, NARROW), wrong(wide, WIDE), right(usual, 1), single];
}

/** Computes and compares the three candidates of the usual window, ±1 step. The key is prepared outside of this. */
export function threeCandidates(measured: readonly Measured[], which: Which): Measured {
  const longer = find(measured, nameOf(which, DEVICES, WIDE));
  const shorter = find(measured, nameOf(which, DEVICES, NARROW));
  return difference(`three candidates, ${which}`, longer, shorter, CANDIDATES_APART / 3);
}

/** One more device, with the usual window: opens its secret, prepares its key, and compares its three candidates. */
export function oneDevice(measured: readonly Measured[]): Measured {
  const longer = find(measured, nameOf('right', DEVICES, 1));
  return difference('one device', longer, find(measured, nameOf('right', 1, 1)), DEVICES - 1);
}

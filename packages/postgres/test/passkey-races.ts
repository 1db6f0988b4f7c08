/** Passkey races: eight operating system processes and one passkey, over any store that processes share. */
import type { Mfa } from '@mfakit/core';
import { softwareKey, testClock, type BentResponse, type SoftwareKey } from '@mfakit/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Processes } from './processes.ts';
import type { Answer, Call, Calls } from './serve-tasks.ts';
import { startApplication, tally, wholeHistory } from './users.ts';
import type { Place } from './races.ts';

type Asked = Awaited<ReturnType<Mfa['passkeyChallenge']>>;

async function signed({ token, prompts }: Asked, key: SoftwareKey, bent?: BentResponse) {
  return { token, credential: await key.get(prompts?.['webauthn'] as Parameters<SoftwareKey['get']>[0], bent) };
}

const outcomes = (answers: readonly Answer[]): string[] => answers.flatMap((answer) => answer.outcomes);
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** What every use of an assertion may end in, once another one has passed. */
const REFUSED = /^(token_used|invalid_token|unknown_credential|not_enabled|counter_regressed)$/;

/**
 * Tests of the races.
 * @param start - starts so many workers
 * @param place - is asked once the tests run
 */
export function passkeyRaces<Where extends object>(
  start: (count: number) => Promise<Processes<Calls | ({ readonly do: 'connect'; readonly now: number } & Where)>>,
  place: () => Place<Where>,
): void {
  describe('eight processes and one passkey', () => {
    const clock = testClock();
    let processes: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => {
      processes = await start(8);
    });
    afterAll(() => processes.stop());

    /** Enrolls a user with two passkeys, and connects the workers. */
    async function prepare(userId: string) {
      const { store, where } = place();
      const { mfa, events: told } = startApplication(store, clock);
      const keys = [await softwareKey(), await softwareKey()] as const;
      const factorIds: string[] = [];
      for (const key of keys) {
        const proof = factorIds.length === 0 ? {} : { proof: await signed(await mfa.challenge(userId), keys[0]) };
        const staged = await mfa.setup({ userId }, { accountName: userId, kind: 'webauthn', ...proof });
        const credential = await key.create(staged['creationOptions'] as Parameters<SoftwareKey['create']>[0]);
        factorIds.push((await mfa.confirm({ userId }, { credential })).factorId);
      }
      await processes.perform(() => ({ do: 'connect', ...where, now: clock() }));
      /** What the processes were told is what is stored: none lost, none invented. */
      const expectOneHistory = async (answers: readonly Answer[]) => {
        const history = await wholeHistory(mfa, userId);
        const all = [...told, ...answers.flatMap(({ events }) => events)].filter((event) => event.userId === userId);
        expect(history).toEqual(all.toSorted((one, other) => one.seq - other.seq));
        expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
        return history;
      };
      return { userId, mfa, key: keys[0], other: keys[1], factorId: factorIds[0] ?? '', expectOneHistory };
    }

    type Prepared = Awaited<ReturnType<typeof prepare>>;

    /** One assertion each, and the call that takes it. */
    const USES: Readonly<Record<string, (prepared: Prepared) => Promise<Call>>> = {
      verify: async ({ mfa, userId, key }) => {
        const begun = await mfa.begin(userId);
        if (begun.next !== 'verify') throw new Error('The user was not asked for a second factor.');
        return { name: 'verify', input: await signed(begun, key) };
      },
      stepUp: async ({ mfa, userId, key }) => ({
        name: 'stepUp',
        userId,
        input: await signed(await mfa.challenge(userId), key),
      }),
      passkeySignIn: async ({ mfa, key }) => ({
        name: 'passkeySignIn',
        input: await signed(await mfa.passkeyChallenge(), key),
      }),
    };

    test.each(Object.keys(USES))(
      'R-69: one assertion for %s, used eighty times at once, succeeds once',
      async (use) => {
        const prepared = await prepare(`one-${use}`);
        const call = await USES[use]?.(prepared);
        if (call === undefined) throw new Error('There is no such use.');
        const answers = await processes.perform(() => ({ do: 'calls', calls: times(10, call) }));
        expect(tally(outcomes(answers))).toEqual({ accepted: 1, token_used: 79 });
        const history = await prepared.expectOneHistory(answers);
        expect(history.filter(({ type }) => type === 'verified')).toHaveLength(1);
        expect((await prepared.mfa.status(prepared.userId)).triesLeft).toBeNull();
      },
    );

    test.each(Object.keys(USES))('R-76: beside its removal, %s passes before it or never', async (use) => {
      const prepared = await prepare(`removed-${use}`);
      const { mfa, userId, factorId, other, expectOneHistory } = prepared;
      const call = await USES[use]?.(prepared);
      const proof = await signed(await mfa.challenge(userId), other);
      if (call === undefined) throw new Error('There is no such use.');
      const remove: Call = { name: 'removeFactor', userId, factorId, proof };
      const answers = await processes.perform((worker) => ({
        do: 'calls',
        calls: worker === 7 ? [remove] : times(5, call),
      }));
      expect(answers[7]?.outcomes).toEqual(['accepted']);
      const { accepted = 0, ...refused } = tally(outcomes(answers.slice(0, 7)));
      expect(accepted).toBeLessThanOrEqual(1);
      for (const code of Object.keys(refused)) expect(code).toMatch(REFUSED);
      const types = (await expectOneHistory(answers)).map(({ type }) => type);
      // Not there is before everything.
      expect(types.indexOf('verified')).toBeLessThan(types.indexOf('factor_removed'));
      expect(types.filter((type) => type === 'verified')).toHaveLength(accepted);
      const again = await processes.perform(() => ({ do: 'calls', calls: [call] }));
      for (const code of outcomes(again)) expect(code).toMatch(REFUSED);
    });

    test('R-76: beside a rekey it passes once, under whichever key it is sealed', async () => {
      const prepared = await prepare('rekeyed');
      const call = await USES['passkeySignIn']?.(prepared);
      if (call === undefined) throw new Error('There is no such use.');
      const answers = await processes.perform((worker) => ({
        do: 'calls',
        calls: worker === 7 ? [{ name: 'rekey' }] : times(5, call),
      }));
      expect(answers[7]?.outcomes).toEqual(['accepted']);
      expect(tally(outcomes(answers.slice(0, 7)))).toEqual({ accepted: 1, token_used: 34 });
      const history = await prepared.expectOneHistory(answers);
      expect(history.filter(({ type }) => type === 'rekeyed')).toHaveLength(1);
    });

    test('R-75: of the key and its clone with one counter, one passes', async () => {
      const prepared = await prepare('cloned');
      const { mfa, userId, key, expectOneHistory } = prepared;
      const calls: Call[] = [];
      for (let worker = 0; worker < 8; worker += 1) {
        const copy = worker % 2 === 0 ? key : key.clone();
        const input = await signed(await mfa.challenge(userId), copy, { signCount: 50 });
        calls.push({ name: 'stepUp', userId, input });
      }
      const answers = await processes.perform((worker) => ({ do: 'calls', calls: calls.slice(worker, worker + 1) }));
      expect(tally(outcomes(answers))).toEqual({ accepted: 1, counter_regressed: 7 });
      const history = await expectOneHistory(answers);
      // The refusals are told once.
      expect(history.filter(({ type }) => type === 'attempt_refused')).toHaveLength(1);
      expect((await mfa.status(userId)).triesLeft).toBeNull();
    });
  });
}

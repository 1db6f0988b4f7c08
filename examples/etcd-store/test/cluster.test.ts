/** Three nodes whose leader is killed in a burst, ten times: nothing that was told is lost, and no code works twice. */
import { etcdStore } from '@mfakit/example-etcd-store';
import { missingEtcd, startEtcd } from '@mfakit/etcd-server';
import { outcomeOf, testApplication, type EnrolledUser } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';

/** `MFAKIT_TEST_LONG=1`: a cluster, and ten of its leaders killed. */
const LONG = process.env['MFAKIT_TEST_LONG'] === '1';
const ROUNDS = 10;
const USERS = 12;
const ALLOWED = ['accepted', 'invalid_code', 'code_already_used', 'invalid_backup_code', 'store_unavailable', 'busy'];

interface Told {
  readonly userId: string;
  readonly input: { readonly code: string } | { readonly backupCode: string };
  readonly outcome: string;
}

describe.skipIf(!LONG || missingEtcd() !== null)('a cluster', () => {
  test('leaders killed in bursts', { timeout: 300_000 }, async () => {
    const etcd = await startEtcd(3);
    try {
      const [first = '', ...rest] = etcd.endpoints;
      const app = testApplication({ store: etcdStore([first, ...rest]), verifyPassword: 'passwordless' });
      // Another process, which asks the nodes in another order.
      const other = app.another({ store: etcdStore([rest[1] ?? '', rest[0] ?? '', first]) });
      const users: EnrolledUser[] = [];
      for (let index = 0; index < USERS; index += 1) users.push(await app.enroll(`user-${index}`));

      const told: Told[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        app.clock.advance({ seconds: 30 });
        const leader = await etcd.leader();
        let answered = 0;
        let killed: Promise<void> | undefined;
        const use = async (mfa: typeof other, userId: string, input: Told['input']): Promise<void> => {
          told.push({ userId, input, outcome: await outcomeOf(mfa.stepUp(userId, input)) });
          if ((answered += 1) === USERS) killed = leader.kill();
        };
        await Promise.all(
          users.flatMap(({ userId, code, backupCodes, wrongCode }) => [
            use(app.mfa, userId, { code: code() }),
            use(other, userId, { code: code() }),
            use(other, userId, { backupCode: backupCodes[round] ?? '' }),
            use(app.mfa, userId, { code: wrongCode() }),
          ]),
        );
        await killed;
        await leader.restart();
      }

      expect(told.filter(({ outcome }) => !ALLOWED.includes(outcome))).toEqual([]);
      const accepted = told.filter(({ outcome }) => outcome === 'accepted');
      expect(accepted.length).toBeGreaterThan(ROUNDS * USERS);
      for (const { userId } of users) {
        const history = await historyOf(other, userId);
        expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
        // Every event that was told is stored, as it was told; one per code and per backup code at most.
        expect(history).toEqual(expect.arrayContaining(app.events.filter((event) => event.userId === userId)));
        const verified = history.filter((event) => event.type === 'verified');
        expect(verified.length).toBeGreaterThanOrEqual(accepted.filter((one) => one.userId === userId).length);
        for (const method of ['totp', 'backup_code']) {
          expect(verified.filter((event) => event.method === method).length).toBeLessThanOrEqual(ROUNDS);
        }
      }
      const inputs = accepted.map(({ userId, input }) => JSON.stringify([userId, input]));
      expect(new Set(inputs).size).toBe(inputs.length);
      for (const { userId, input } of accepted) {
        await other.unlock(userId);
        expect(await outcomeOf(other.stepUp(userId, input))).not.toBe('accepted');
      }
    } finally {
      await etcd.stop();
    }
  });
});

async function historyOf(
  mfa: ReturnType<typeof testApplication>['mfa'],
  userId: string,
): Promise<Awaited<ReturnType<typeof mfa.history>>> {
  const pages = await mfa.history(userId, { limit: 200 });
  return pages.toReversed();
}

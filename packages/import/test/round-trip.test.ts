/** Every fixture, imported: what its source accepted verifies, what it refused or had spent does not. */
import { testApplication, type TestApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { defaultHasher } from '../../core/src/crypto/argon2id.ts';
import { importAll, type RowReport } from '../src/index.ts';
import { secretsOf } from './canary.ts';
import { CASES, type FixtureCase } from './fixtures.ts';
import { rowsOf } from './read.ts';

const TEN_MINUTES_MS = 600_000;

/** More than attempts may cost: nine bcrypt hashes of cost 12. */
const TOO_DEAR = ['devise-two-factor-4'];

/** Imports the case a while before its first code. */
async function imported(one: FixtureCase): Promise<{ readonly app: TestApplication; readonly reports: RowReport[] }> {
  // Where codes are hashes of the source, they are checked by what made them.
  const hashed = ['fastapi', 'devise-two-factor', 'devise-two-factor-4'].includes(one.source);
  const app = testApplication({ verifyPassword: 'passwordless', ...(hashed && { hasher: defaultHasher() }) });
  app.clock.set(Math.min(...instantsOf(one)) * 1000 - TEN_MINUTES_MS);
  const reports: RowReport[] = [];
  for await (const report of importAll(app.mfa, rowsOf(one))) reports.push(report);
  return { app, reports };
}

function instantsOf({ factors }: FixtureCase): readonly number[] {
  return factors.flatMap(({ accepted, replayed = [] }) => [...accepted, ...replayed].map(({ at }) => at));
}

describe.each(CASES)('$fixture: $name', (one) => {
  const { userId } = one;

  test('what verifies', async () => {
    const { app, reports } = await imported(one);
    const verify = async (code: string): Promise<string> => {
      try {
        await app.mfa.verify({ token: await app.token(userId), code });
        return 'accepted';
      } catch (error) {
        return Reflect.get(Object(error), 'code') as string;
      }
    };
    expect(reports.filter(({ outcome }) => outcome !== 'skipped')).toEqual([
      expect.objectContaining({ outcome: 'imported', userId, factors: one.factors.length }),
    ]);
    for (const { accepted, refused, replayed = [] } of one.factors) {
      for (const { at, code } of replayed) {
        app.clock.set(at * 1000);
        expect(await verify(code)).toBe('code_already_used');
      }
      for (const { at, code } of refused) {
        app.clock.set(at * 1000);
        expect(await verify(code)).toBe('invalid_code');
      }
      for (const { at, code } of accepted) {
        app.clock.set(at * 1000);
        expect(await verify(code)).toBe('accepted');
        expect(await verify(code)).toBe('code_already_used');
      }
    }
  });

  const hasCodes = one.backupCodes.length > 0 && one.name !== 'digest given';
  test.runIf(hasCodes)('every unspent backup code once, and no spent one', { timeout: 120_000 }, async () => {
    const { app, reports } = await imported(one);
    const verify = async (backupCode: string): Promise<string> => {
      try {
        await app.mfa.verify({ token: await app.token(userId), backupCode });
        return 'accepted';
      } catch (error) {
        return Reflect.get(Object(error), 'code') as string;
      }
    };
    const report = reports.find(({ outcome }) => outcome === 'imported');
    const unspent = one.backupCodes.filter(({ used }) => !used).map(({ code }) => code);
    const taken = one.codesUnusable || TOO_DEAR.includes(one.fixture) ? [] : unspent;
    expect(report).toMatchObject({ backupCodes: taken.length });
    for (const { code, used } of one.backupCodes) {
      const good = !used && taken.includes(code);
      expect(await verify(code), `a code, spent: ${used}`).toBe(good ? 'accepted' : 'invalid_backup_code');
    }
    const [first] = taken;
    expect(first === undefined ? 'none' : await verify(first)).toBe(
      first === undefined ? 'none' : 'invalid_backup_code',
    );
  });

  test('a second run changes nothing', async () => {
    const { app } = await imported(one);
    const before = await app.options.store.read(userId);
    const again: string[] = [];
    for await (const { outcome } of importAll(app.mfa, rowsOf(one))) again.push(outcome);
    expect(again.filter((outcome) => outcome !== 'skipped')).toEqual(['unchanged']);
    expect(await app.options.store.read(userId)).toEqual(before);
  });

  test('nothing secret is told', async () => {
    const { app, reports } = await imported(one);
    const told = JSON.stringify([reports, app.events, await app.options.store.read(userId)]);
    expect(told).toContain('imported');
    for (const secret of secretsOf(one)) expect(told.includes(secret), 'a secret is told').toBe(false);
  });
});

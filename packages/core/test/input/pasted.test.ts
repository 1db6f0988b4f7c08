import { callsTaking, MFA_CALLS, provenBy, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { stage } from '../harness.ts';
import { expectCheapRefusal, prepare, type Prepared } from './cheap-refusal.ts';
import { PASTED_BACKUP_CODES, PASTED_CODES } from './pasted-forms.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('../hmac-count.ts')).countHmac(await original()),
);

const FACTOR_CALLS = [...callsTaking('secondFactor'), ...callsTaking('proof')];

describe('R-12 what is pasted and still a code is accepted', () => {
  test('codes', async () => {
    const { mfa, enroll, clock } = stage();
    const ann = await enroll('ann');
    for (const { name, paste, passes } of PASTED_CODES) {
      if (!passes) continue;
      const { method } = await mfa.stepUp('ann', { code: paste(ann.code()) });
      expect([name, method]).toEqual([name, 'totp']);
      clock.advance({ seconds: 30 });
    }
  });

  test('the first code of a factor, and both of two codes', async () => {
    const { mfa, enroll, clock } = stage();
    const ann = await enroll('ann');
    const [code, nextCode] = [ann.code(), (clock.advance({ seconds: 30 }), ann.code())];
    await mfa.stepUp('ann', { code: `1) ${code}`, nextCode: `2) ${nextCode}` });
    const eve = await mfa.setup({ userId: 'eve' }, { accountName: 'eve' });
    const first = virtualAuthenticator(eve.uri).code(clock());
    expect((await mfa.confirm({ userId: 'eve' }, { code: `\u2068${first}\u2069\r\n` })).method).toBe('totp');
  });

  test('backup codes', async () => {
    const { mfa, enroll } = stage({ backupCodes: { count: 100 } });
    const { backupCodes } = await enroll('ann');
    const passing = PASTED_BACKUP_CODES.filter(({ passes }) => passes);
    for (const [i, { name, paste }] of passing.entries()) {
      const { backupCodesRemaining } = await mfa.stepUp('ann', { backupCode: paste(backupCodes[i] ?? '') });
      expect([name, backupCodesRemaining]).toEqual([name, 99 - i]);
    }
  });
});

describe('R-12, R-46 what is no code after that is refused, and nothing is computed for it', () => {
  let on: Prepared;
  beforeAll(async () => {
    on = await prepare();
  });

  test.each(PASTED_CODES.filter(({ passes }) => !passes))('a code with $name', async ({ paste }) => {
    const factor = { code: paste('123456') };
    for (const name of [...FACTOR_CALLS, ...callsTaking('setupCode')]) {
      const input = provenBy({ ...on.input, setupCode: factor.code }, factor);
      const error = await expectCheapRefusal(on, 'invalid_input', () => MFA_CALLS[name].run(on.mfa, input));
      expect(error.field).toBe('code');
    }
  });

  test.each(PASTED_BACKUP_CODES.filter(({ passes }) => !passes))('a backup code with $name', async ({ paste }) => {
    const input = provenBy(on.input, { backupCode: paste('7KQ2-M9XD-4RTP-01HC') });
    for (const name of FACTOR_CALLS) {
      const error = await expectCheapRefusal(on, 'invalid_input', () => MFA_CALLS[name].run(on.mfa, input));
      expect(error.field).toBe('backupCode');
    }
  });

  test('passwords and tokens are taken as they are', async () => {
    const { proof, token } = on.input;
    for (const name of callsTaking('proof')) {
      const padded = { ...proof, password: ` ${TEST_PASSWORD}\n` } as never;
      await expect(MFA_CALLS[name].run(on.mfa, { ...on.input, proof: padded })).rejects.toMatchObject({
        code: 'invalid_password',
      });
    }
    const changed = MFA_CALLS.verify.run(on.mfa, { ...on.input, token: `${token as string}\n` });
    await expect(changed).rejects.toMatchObject({ code: 'invalid_token' });
  });
});

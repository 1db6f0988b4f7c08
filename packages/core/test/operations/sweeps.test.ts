import { MfaError } from '@mfakit/core';
import { testApplication, type TestApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { randomKey } from '../../../testkit/src/processes.ts';

const ACTOR = 'erin';

async function threeUsers(): Promise<TestApplication> {
  const application = testApplication({ verifyPassword: 'passwordless' });
  for (const userId of ['ann', 'ben', 'cid']) await application.enroll(userId);
  return application;
}

test('rekey: the events name who rotates', async () => {
  const { mfa, options, another } = await threeUsers();
  const rotated = another({ keys: [randomKey(), ...options.keys] });
  for await (const _ of rotated.rekey({ actor: ACTOR }));
  expect((await mfa.history('ben'))[0]).toMatchObject({ type: 'rekeyed', actor: ACTOR });
  // @ts-expect-error: no text
  expect(() => rotated.rekey({ actor: 1 })).toThrow(MfaError);
});

describe('keyReport', () => {
  test('tells how many users it has read', async () => {
    const { mfa } = await threeUsers();
    const seen: number[] = [];
    await mfa.keyReport({ onProgress: (scanned) => seen.push(scanned) });
    expect(seen).toEqual([3]);
  });

  test('ends with the reason of its signal', async () => {
    const { mfa } = await threeUsers();
    const reason = new Error('enough');
    await expect(mfa.keyReport({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

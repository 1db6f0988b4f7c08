import { createMfa } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { expect, test } from 'vitest';
import { newKey } from '../src/acme.ts';
import { addAccount } from '../src/phone.ts';
import { findSecrets } from '../src/search.ts';

test('a secret or code that stands in a record or an event is found: invariant 8', async () => {
  const store = memoryStore();
  const mfa = createMfa({ issuer: 'Acme', store, keys: [newKey()], verifyPassword: 'passwordless' });
  // Planted where the library keeps text as it is given: a label, and the user agent of an event.
  const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', label: 'is 1234-ABCD' });
  await mfa.passwordFailed('ann', { userAgent: 'Mozilla 5678EFGH' });

  const ann = { userId: 'ann', accountName: 'ann', phone: addAccount(uri), backupCodes: [] };
  const find = (...secrets: string[]): Promise<readonly string[]> => findSecrets(store, [{ ...ann, secrets }]);
  expect(await find('1234-ABCD')).toEqual(['1234-ABCD']);
  expect(await find('5678-EFGH')).toEqual(['5678-EFGH']);
  expect(await find('9ABC-DEFG')).toEqual([]);
});

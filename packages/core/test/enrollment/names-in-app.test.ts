import { TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';

const ACCOUNT = { accountName: 'ann@example.com' };

/** Adds a factor that is proven by a backup code. */
async function add(
  { mfa, clock }: Stage,
  details: { readonly accountName: string; readonly label?: string },
  backupCode: string,
): Promise<{ readonly factorId: string; readonly inApp: string }> {
  const { uri } = await mfa.setup({ userId: 'ann' }, { ...details, proof: { password: TEST_PASSWORD, backupCode } });
  const phone = virtualAuthenticator(uri);
  const { factorId } = await mfa.confirm({ userId: 'ann' }, { code: phone.code(clock()) });
  return { factorId, inApp: phone.accountName };
}

async function labelsOf({ mfa }: Stage): Promise<readonly string[]> {
  return (await mfa.status('ann')).factors.map(({ label }) => label);
}

test('R-17 two factors of one account have different names in the app, and in the list', async () => {
  const on = stage();
  const { mfa, clock } = on;
  const { uri, backupCodes } = await mfa.setup({ userId: 'ann' }, ACCOUNT);
  const first = virtualAuthenticator(uri);
  expect(first.accountName).toBe('ann@example.com');
  const { factorId } = await mfa.confirm({ userId: 'ann' }, { code: first.code(clock()) });

  const codes = [...backupCodes];
  const next = (): string => codes.pop() ?? '';
  expect((await add(on, { ...ACCOUNT, label: 'Tablet' }, next())).inApp).toBe('ann@example.com (Tablet)');
  const second = await add(on, ACCOUNT, next());
  expect(second.inApp).toBe('ann@example.com (Authenticator app 2)');
  const tablet = await add(on, { ...ACCOUNT, label: 'Tablet' }, next());
  expect(tablet.inApp).toBe('ann@example.com (Tablet 2)');
  expect(await labelsOf(on)).toEqual(['Authenticator app', 'Tablet', 'Authenticator app 2', 'Tablet 2']);

  // What is left keeps its name, so a new one gets one that is free.
  await mfa.removeFactor('ann', factorId, { password: TEST_PASSWORD, backupCode: next() });
  expect((await add(on, ACCOUNT, next())).inApp).toBe('ann@example.com (Authenticator app)');
  expect(new Set(await labelsOf(on)).size).toBe(4);
});

test('the name of a further factor fits, whatever the label and the account name', async () => {
  for (const [label, accountName] of [
    ['x'.repeat(64), 'y'.repeat(254)],
    ['\u4E16'.repeat(64), '\u4E16'.repeat(84)],
    ['\u{1F600}'.repeat(32), '\u{1F600}'.repeat(63)],
    [`${'x'.repeat(60)}\u{1F600}yy`, 'ann'],
    ['Home: office', 'ann:bob'],
  ] as const) {
    const on = stage();
    const { backupCodes } = await on.enroll('ann');
    const names = new Set<string>();
    for (const backupCode of backupCodes.slice(0, 3)) {
      const { inApp } = await add(on, { accountName, label }, backupCode);
      expect(new TextEncoder().encode(inApp).length).toBeLessThanOrEqual(254);
      expect(inApp).not.toMatch(/:|\p{Cs}/u);
      names.add(inApp);
    }
    expect(names.size).toBe(3);
    for (const stored of await labelsOf(on)) {
      expect(stored.length).toBeLessThanOrEqual(64);
      expect(stored).not.toMatch(/\p{Cs}/u);
    }
  }
});

test('labels that an app would show alike count as one', async () => {
  const on = stage();
  const { backupCodes } = await on.enroll('ann');
  const [first = '', second = ''] = backupCodes;
  expect((await add(on, { accountName: 'ann', label: 'Home: desk' }, first)).inApp).toBe('ann (Home- desk)');
  expect((await add(on, { accountName: 'ann', label: 'Home- desk' }, second)).inApp).toBe('ann (Home- desk 2)');
});

test('the first factor of a user who must enroll has the plain name', async () => {
  const { mfa, token } = stage();
  await mfa.enforce('eve');
  const { uri } = await mfa.setup({ token: await token('eve') }, { accountName: 'eve' });
  expect(virtualAuthenticator(uri).accountName).toBe('eve');
});

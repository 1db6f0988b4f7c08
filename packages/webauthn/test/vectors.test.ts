/** All vectors of W3C Web Authentication Level 3, section 16. */
import { describe, expect, test } from 'vitest';
import { webauthn } from '../src/index.ts';
import { PARTY, VECTORS } from './w3c-vectors.ts';

const NOT_OFFERED = ['packed-es384', 'packed-es512', 'packed-ed448'];
const IN_A_FRAME: Readonly<Record<string, string>> = {
  'none-es256-crossOrigin': 'crossOrigin',
  'none-es256-topOrigin': 'crossOrigin',
};

const party = webauthn(PARTY);
const { topOrigins: _, ...withoutFrames } = PARTY;

test('there are fifteen, and twelve are of offered algorithms', () => {
  expect(VECTORS).toHaveLength(15);
  expect(VECTORS.filter(({ id }) => !NOT_OFFERED.includes(id))).toHaveLength(12);
});

describe.each(VECTORS.filter(({ id }) => !NOT_OFFERED.includes(id)))('$id', ({ id, registration, authentication }) => {
  test('the registration and the assertion are accepted', async () => {
    const made = await party.verifyRegistration(registration.response, registration);
    expect(made).toMatchObject({ credentialId: (registration.response as { id: string }).id, attested: false });
    const result = await party.verifyAssertion(authentication.response, authentication, made);
    expect(result).toMatchObject({ valid: true, backupEligible: made.backupEligible });
  });

  test('one for another challenge, or in a frame that is not allowed, is refused', async () => {
    const other = { challenge: authentication.challenge };
    await expect(party.verifyRegistration(registration.response, other)).rejects.toMatchObject({ step: 'challenge' });
    const strict = webauthn(withoutFrames).verifyRegistration(registration.response, registration);
    const step = await strict.then(
      () => undefined,
      (error: { step: string }) => error.step,
    );
    expect(step).toBe(IN_A_FRAME[id]);
  });
});

test.each(VECTORS.filter(({ id }) => NOT_OFFERED.includes(id)))('$id is refused', async ({ registration }) => {
  const refused = party.verifyRegistration(registration.response, registration);
  await expect(refused).rejects.toMatchObject({ name: 'CeremonyError', step: 'algorithm' });
});

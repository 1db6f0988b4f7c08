/** What software keys make is accepted, and described as it was made. */
import { softwareKey } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { assertionParts, webauthn } from '../src/index.ts';

const party = webauthn({ rpId: 'example.org', rpName: 'Acme', origins: ['https://example.org'] });
const challenge = 'AAECAwQFBgcICQoLDA0ODw';
const creation = party.creationOptions({
  challenge,
  userHandle: 'YW5u',
  userName: 'ann@example.org',
  exclude: [],
  timeoutMs: 300_000,
});
const request = party.requestOptions({ challenge, allow: [], timeoutMs: 300_000 });

test.each([-7, -8, -257] as const)('a key of algorithm %i registers and signs in', async (algorithm) => {
  const key = await softwareKey({
    algorithm,
    backupEligible: true,
    backedUp: true,
    transports: ['internal', 'hybrid'],
    aaguid: '00112233-4455-6677-8899-aabbccddeeff',
  });
  for (const selfAttested of [false, true]) {
    const made = await party.verifyRegistration(await key.create(creation, { selfAttested }), { challenge });
    expect(made).toEqual({
      credentialId: key.credentialId,
      publicKey: key.publicKey,
      algorithm,
      signCount: 0,
      userVerified: true,
      backupEligible: true,
      backedUp: true,
      transports: ['internal', 'hybrid'],
      aaguid: '00112233-4455-6677-8899-aabbccddeeff',
      attested: false,
      hardware: false,
    });
  }
  const assertion = await key.get(request);
  expect(assertionParts(assertion)).toEqual({ credentialId: key.credentialId, userHandle: 'YW5u' });
  expect(await party.verifyAssertion(assertion, { challenge }, key)).toEqual({
    valid: true,
    signCount: 0,
    userVerified: true,
    backupEligible: true,
    backedUp: true,
  });
});

test('the counter and the flags are those of the authenticator', async () => {
  const key = await softwareKey({ userVerified: false });
  const made = await party.verifyRegistration(await key.create(creation), { challenge });
  expect(made).toMatchObject({ signCount: 1, userVerified: false, backupEligible: false, backedUp: false });
  const result = await party.verifyAssertion(await key.get(request, { signCount: 4_294_967_295 }), { challenge }, made);
  expect(result).toMatchObject({ valid: true, signCount: 4_294_967_295, userVerified: false });
});

test.each([-7, -8, -257] as const)('a bad signature of algorithm %i is not valid, and no error', async (algorithm) => {
  const [key, other] = [await softwareKey({ algorithm }), await softwareKey({ algorithm })];
  const foreign = await other.get(request);
  expect(await party.verifyAssertion(foreign, { challenge }, key)).toMatchObject({ valid: false });
  const bends: ((honest: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>)[] = [
    (honest) => honest.with(honest.length - 1, (honest.at(-1) ?? 0) ^ 1),
    (honest) => honest.subarray(0, -1),
    (honest) => honest.subarray(1),
    (honest) => Uint8Array.of(...honest, 0),
    () => Uint8Array.of(0),
    () => new Uint8Array(64),
    () => new Uint8Array(5000),
    () => Uint8Array.from([0x30, 6, 2, 1, 0, 2, 1, 0]),
  ];
  for (const signature of bends) {
    const assertion = await key.get(request, { signature });
    expect(await party.verifyAssertion(assertion, { challenge }, key)).toMatchObject({ valid: false });
  }
});

/** The port for attestation: what it is told, and what its verdict does. */
import { verifyRegistrationResponse } from '@simplewebauthn/server';
import { softwareKey } from '@mfakit/testkit';
import { expect, test, vi } from 'vitest';
import { CeremonyError, type AttestationPort } from '../src/index.ts';
import { CHALLENGE, CREATION, outcome, party } from './party.ts';

const conveyance = 'direct';

async function registered(attest: AttestationPort['attest']): Promise<unknown> {
  const response = await (await softwareKey()).create(CREATION);
  return party({ attestation: { conveyance, attest } }).verifyRegistration(response, { challenge: CHALLENGE });
}

test('it is told the whole of a registration that fits', async () => {
  const key = await softwareKey({ aaguid: '00112233-4455-6677-8899-aabbccddeeff' });
  const response = await key.create(CREATION, { selfAttested: true });
  const attest = vi.fn<AttestationPort['attest']>().mockResolvedValue({ trusted: true, hardware: true });
  const asking = party({ attestation: { conveyance, attest } });
  const made = await asking.verifyRegistration(response, { challenge: CHALLENGE });
  const { attested: _attested, hardware: _hardware, ...read } = made;
  expect(attest.mock.calls).toEqual([[{ ...read, response, challenge: CHALLENGE, fmt: 'packed' }]]);
  expect(attest.mock.calls[0]?.[0].response).toBe(response);
  expect(made).toMatchObject({ attested: true, hardware: true, publicKey: key.publicKey });
});

test('it is not called for a registration that does not fit', async () => {
  const attest = vi.fn<AttestationPort['attest']>();
  const asking = party({ attestation: { conveyance, attest } });
  const response = await (await softwareKey()).create(CREATION, { clientData: { origin: 'https://evil.example' } });
  expect(await outcome(asking.verifyRegistration(response, { challenge: CHALLENGE }))).toBe('origin');
  expect(attest).not.toHaveBeenCalled();
});

test('hardware is only believed of what is trusted', async () => {
  const verdicts = [
    { trusted: true, hardware: true },
    { trusted: true, hardware: false },
    { trusted: false, hardware: true },
    { trusted: false, hardware: false },
  ];
  const results = await Promise.all(verdicts.map((verdict) => registered(async () => verdict)));
  expect(results).toMatchObject([
    { attested: true, hardware: true },
    { attested: true, hardware: false },
    { attested: false, hardware: false },
    { attested: false, hardware: false },
  ]);
});

test('what it throws reaches the caller: a refusal, or an error of its own', async () => {
  const refused = registered(() => Promise.reject(new CeremonyError('attestation')));
  await expect(refused).rejects.toMatchObject({ step: 'attestation' });
  const broken = new Error('The list of models is not there');
  await expect(registered(() => Promise.reject(broken))).rejects.toBe(broken);
});

const bySimpleWebauthn: AttestationPort['attest'] = async ({ response, challenge }) => {
  const { verified } = await verifyRegistrationResponse({
    response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
    expectedChallenge: challenge,
    expectedOrigin: 'https://example.org',
    expectedRPID: 'example.org',
    requireUserVerification: false,
  });
  return { trusted: verified, hardware: false };
};

test('@simplewebauthn/server fits it', async () => {
  expect(await registered(bySimpleWebauthn)).toMatchObject({ attested: true });
});

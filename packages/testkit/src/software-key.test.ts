import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { softwareKey, type SoftwareAssertion } from './software-key.ts';

const CHALLENGE = 'AAECAwQFBgcICQoLDA0ODw';
const CREATION = { challenge: CHALLENGE, rp: { id: 'example.org' }, user: { id: 'YW5u' } };
const REQUEST = { challenge: CHALLENGE, rpId: 'example.org' };
const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const clientData = (response: { readonly clientDataJSON: string }): unknown =>
  JSON.parse(bytes(response.clientDataJSON).toString());

/** Where Node's own parser reads the key: the parts of the COSE_Key stand where these fixed lengths say. */
function nodeKey(algorithm: number, cose: Buffer): ReturnType<typeof createPublicKey> {
  const part = (from: number, to: number): string => cose.subarray(from, to).toString('base64url');
  const jwk =
    algorithm === -7
      ? { kty: 'EC', crv: 'P-256', x: part(10, 42), y: part(45, 77) }
      : algorithm === -8
        ? { kty: 'OKP', crv: 'Ed25519', x: part(10, 42) }
        : { kty: 'RSA', n: part(11, 267), e: part(269, 272) };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

const signedBytes = ({ response }: SoftwareAssertion): Buffer =>
  Buffer.concat([bytes(response.authenticatorData), sha256(bytes(response.clientDataJSON))]);

test.each([-7, -8, -257] as const)('what a key of algorithm %i signs, OpenSSL verifies', async (algorithm) => {
  const key = await softwareKey({ algorithm });
  for (let use = 0; use < 20; use++) {
    const assertion = await key.get(REQUEST);
    const publicKey = nodeKey(algorithm, Buffer.from(key.publicKey));
    const hash = algorithm === -8 ? null : 'sha256';
    const good = verify(hash, signedBytes(assertion), publicKey, bytes(assertion.response.signature));
    expect(good).toBe(true);
  }
});

test('a registration holds the key, its id, and what the client saw', async () => {
  const key = await softwareKey({ aaguid: '00112233-4455-6677-8899-aabbccddeeff', transports: ['usb', 'nfc'] });
  const { id, rawId, type, response } = await key.create(CREATION);
  expect({ id, rawId, type }).toEqual({ id: key.credentialId, rawId: key.credentialId, type: 'public-key' });
  expect(response.transports).toEqual(['usb', 'nfc']);
  const origin = 'https://example.org';
  expect(clientData(response)).toEqual({ type: 'webauthn.create', challenge: CHALLENGE, origin, crossOrigin: false });
  const object = bytes(response.attestationObject);
  const start = Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex');
  expect(object.subarray(0, start.length)).toEqual(start);
  // 58 and a length before 164 bytes: hash, flags UP UV AT, counter, AAGUID, id, COSE_Key.
  const authData = object.subarray(start.length + 2);
  expect(authData.subarray(0, 32)).toEqual(sha256('example.org'));
  expect(authData.subarray(32, 37).toString('hex')).toBe('4500000001');
  expect(authData.subarray(37, 53).toString('hex')).toBe('00112233445566778899aabbccddeeff');
  expect(authData.subarray(53, 55).readUInt16BE()).toBe(32);
  expect(authData.subarray(55, 87)).toEqual(bytes(key.credentialId));
  expect(authData.subarray(87)).toEqual(Buffer.from(key.publicKey));
});

test('a device-bound key counts, a synced one does not, and a clone counts on its own', async () => {
  const counter = ({ response }: SoftwareAssertion): number => bytes(response.authenticatorData).readUInt32BE(33);
  const bound = await softwareKey();
  await bound.create(CREATION);
  expect(counter(await bound.get(REQUEST))).toBe(2);
  const copy = bound.clone();
  expect([counter(await bound.get(REQUEST)), counter(await copy.get(REQUEST))]).toEqual([3, 3]);
  const synced = await softwareKey({ backupEligible: true, backedUp: true });
  const assertion = await synced.get(REQUEST);
  expect([counter(assertion), bytes(assertion.response.authenticatorData)[32]]).toEqual([0, 0x1d]);
});

test('it tells the user handle of its registration', async () => {
  const key = await softwareKey();
  expect((await key.get(REQUEST)).response.userHandle).toBe(undefined);
  await key.create(CREATION);
  expect((await key.get(REQUEST)).response.userHandle).toBe('YW5u');
  expect((await key.get(REQUEST, { userHandle: 'Ym9i' })).response.userHandle).toBe('Ym9i');
  expect((await key.get(REQUEST, { userHandle: null })).response.userHandle).toBe(undefined);
});

test('what is bent is in the response, and signed', async () => {
  const key = await softwareKey({ algorithm: -8, origin: 'http://localhost:3000' });
  const { response } = await key.get(REQUEST, {
    clientData: { crossOrigin: true, topOrigin: 'https://frame.example' },
    rpId: 'evil.example',
    userPresent: false,
    userVerified: false,
    backedUp: true,
    signCount: 7,
  });
  expect(clientData(response)).toMatchObject({ origin: 'http://localhost:3000', topOrigin: 'https://frame.example' });
  const authData = bytes(response.authenticatorData);
  expect(authData.subarray(0, 32)).toEqual(sha256('evil.example'));
  expect(authData.subarray(32).toString('hex')).toBe('1000000007');
  const signed = Buffer.concat([authData, sha256(bytes(response.clientDataJSON))]);
  expect(verify(null, signed, nodeKey(-8, Buffer.from(key.publicKey)), bytes(response.signature))).toBe(true);
  const changed = await key.get(REQUEST, {
    authenticatorData: (honest) => honest.subarray(0, 36),
    signature: (honest) => honest.subarray(1),
  });
  expect([bytes(changed.response.authenticatorData).length, bytes(changed.response.signature).length]).toEqual([
    36, 63,
  ]);
});

test('a self-attested registration is signed by its own key', async () => {
  const key = await softwareKey({ algorithm: -8 });
  const { response } = await key.create(CREATION, { selfAttested: true });
  const object = bytes(response.attestationObject);
  expect(object.toString('latin1')).toContain('fmtfpacked');
  const at = object.indexOf('csigX@', 0, 'latin1') + 6;
  const authData = object.subarray(object.indexOf(sha256('example.org')));
  const signed = Buffer.concat([authData, sha256(bytes(response.clientDataJSON))]);
  expect(verify(null, signed, nodeKey(-8, Buffer.from(key.publicKey)), object.subarray(at, at + 64))).toBe(true);
});

test('does not show the private key when it is logged', async () => {
  const key = await softwareKey();
  expect(Object.keys(key)).toEqual(['credentialId', 'publicKey', 'create', 'get', 'clone']);
});

import { expect, test } from 'vitest';
import { webauthn, type WebauthnOptions } from '../src/index.ts';
import { party } from './party.ts';

const GOOD = { rpId: 'example.org', rpName: 'Acme', origins: ['https://example.org'] };

test.each<[string, unknown, string]>([
  ['rpId', undefined, 'must be a lower-case domain'],
  ['rpId', 7, 'must be a lower-case domain'],
  ['rpId', ['example.org'], 'must be a lower-case domain'],
  ['rpId', '', 'must be a lower-case domain'],
  ['rpId', 'Example.org', 'must be a lower-case domain'],
  ['rpId', 'https://example.org', 'must be a lower-case domain'],
  ['rpId', 'example.org:443', 'must be a lower-case domain'],
  ['rpId', '127.0.0.1', 'must be a lower-case domain'],
  ['rpId', '[::1]', 'must be a lower-case domain'],
  ['rpName', undefined, 'must be text'],
  ['rpName', '', 'must be text'],
  ['origins', undefined, 'must be a list'],
  ['origins', [], 'must be a list'],
  ['origins', 'https://example.org', 'must be a list'],
  ['origins', [7], 'must be like https://example.org'],
  ['origins', ['example.org'], 'must be like https://example.org'],
  ['origins', ['https://example.org/'], 'must be like https://example.org'],
  ['origins', ['https://example.org/login'], 'must be like https://example.org'],
  ['origins', ['https://EXAMPLE.org'], 'must be like https://example.org'],
  ['origins', ['https://user@example.org'], 'must be like https://example.org'],
  ['origins', ['http://example.org'], 'must be like https://example.org'],
  ['origins', ['http://127.0.0.1'], 'must be like https://example.org'],
  ['origins', ['https://*.example.org'], 'must be like https://example.org'],
  ['origins', ['https://example.org', 'https://example.com'], 'must match rpId'],
  ['origins', ['https://badexample.org'], 'must match rpId'],
  ['origins', ['https://org'], 'must match rpId'],
  ['origins', ['http://localhost'], 'must match rpId'],
  ['relatedOrigins', ['example.com'], 'must be like https://example.org'],
  ['relatedOrigins', ['android:apk-key-hash:abc'], 'must be like https://example.org'],
  ['relatedOrigins', 'https://example.com', 'must be a list'],
  ['topOrigins', ['*'], 'must be like https://example.org'],
  ['topOrigins', ['android:apk-key-hash:abc'], 'must be like https://example.org'],
  ['topOrigins', {}, 'must be a list'],
  ['userVerification', 'discouraged', 'must be of preferred, required'],
  ['userVerification', '', 'must be of preferred, required'],
  ['algorithms', [], 'must be of -7, -8, -257'],
  ['algorithms', [-7, -35], 'must be of -7, -8, -257'],
  ['algorithms', ['-7'], 'must be of -7, -8, -257'],
])('%s %j is refused', (name, value, rule) => {
  const options = { ...GOOD, [name]: value } as unknown as WebauthnOptions;
  expect(() => webauthn(options)).toThrow(new TypeError(`webauthn: ${name}: ${rule}`));
});

test('no message tells a value', () => {
  const options = { ...GOOD, origins: ['https://secret.example/path'] };
  expect(() => webauthn(options)).toThrow(expect.not.stringContaining('secret'));
});

test.each([
  {
    origins: [
      'https://example.org',
      'https://a.b.example.org:8443',
      'android:apk-key-hash:2jm-/+=',
      'ios:bundle-id:org.a',
    ],
  },
  { rpId: 'localhost', origins: ['http://localhost', 'http://localhost:3000', 'https://localhost'] },
  { rpId: 'login.example.org', origins: ['https://login.example.org'] },
  { rpId: 'xn--bcher-kva.example', origins: ['https://xn--bcher-kva.example'] },
  { topOrigins: ['https://frame.example'], relatedOrigins: ['https://example.com'] },
])('%j is accepted', (options) => {
  const accepted = webauthn({ ...GOOD, ...options });
  expect(accepted.origins).toEqual([...(options.origins ?? GOOD.origins), ...(options.relatedOrigins ?? [])]);
});

const CREATION = { challenge: 'AAECAwQFBgcICQoLDA0ODw', userHandle: 'YW5u', userName: 'ann', timeoutMs: 300_000 };
const STORED = { id: 'AAAA', transports: ['usb', 'nfc'] };

test('the options for create()', () => {
  expect(
    party().creationOptions({ ...CREATION, exclude: [{ ...STORED, publicKey: 'of no concern' } as typeof STORED] }),
  ).toEqual({
    rp: { id: 'example.org', name: 'Acme' },
    user: { id: 'YW5u', name: 'ann', displayName: 'ann' },
    challenge: 'AAECAwQFBgcICQoLDA0ODw',
    pubKeyCredParams: [
      { type: 'public-key', alg: -7 },
      { type: 'public-key', alg: -8 },
      { type: 'public-key', alg: -257 },
    ],
    timeout: 300_000,
    excludeCredentials: [{ type: 'public-key', id: 'AAAA', transports: ['usb', 'nfc'] }],
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    hints: [],
    attestation: 'none',
  });
  const enterprise = party({
    userVerification: 'required',
    algorithms: [-257, -7],
    hints: ['security-key'],
    attestation: { conveyance: 'enterprise', attest: async () => ({ trusted: false, hardware: false }) },
  });
  expect(enterprise.creationOptions({ ...CREATION, exclude: [] })).toMatchObject({
    pubKeyCredParams: [{ alg: -257 }, { alg: -7 }],
    excludeCredentials: [],
    authenticatorSelection: { userVerification: 'required' },
    hints: ['security-key'],
    attestation: 'enterprise',
  });
});

test('the options for get()', () => {
  const given = { challenge: 'AAECAwQFBgcICQoLDA0ODw', allow: [STORED], timeoutMs: 300_000 };
  expect(party({ hints: ['hybrid'] }).requestOptions(given)).toEqual({
    challenge: 'AAECAwQFBgcICQoLDA0ODw',
    rpId: 'example.org',
    timeout: 300_000,
    allowCredentials: [{ type: 'public-key', id: 'AAAA', transports: ['usb', 'nfc'] }],
    userVerification: 'preferred',
    hints: ['hybrid'],
  });
  expect(party().requestOptions({ ...given, userVerification: 'required' }).userVerification).toBe('required');
  expect(party({ userVerification: 'required' }).requestOptions(given).userVerification).toBe('required');
});

test('the document of related origins lists the sites, and no app', () => {
  const many = party({
    origins: ['https://example.org', 'android:apk-key-hash:abc'],
    relatedOrigins: ['https://example.com'],
  });
  expect(many.relatedOrigins()).toEqual({ origins: ['https://example.org', 'https://example.com'] });
});

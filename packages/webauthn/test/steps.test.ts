/** The steps of W3C Web Authentication Level 3, 7.1 and 7.2: each is bent alone, with a good signature, and refused by name. */
import { softwareKey, type BentResponse, type SoftwareKeyOptions } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { assertionParts, CeremonyError, type WebauthnOptions } from '../src/index.ts';
import { CHALLENGE, CREATION, outcome, party, REQUEST } from './party.ts';

type Options = Partial<WebauthnOptions>;

async function register(bent: BentResponse, options: Options = {}, key: SoftwareKeyOptions = {}): Promise<unknown> {
  const response = await (await softwareKey(key)).create(CREATION, bent);
  return outcome(party(options).verifyRegistration(response, { challenge: CHALLENGE }));
}

async function signIn(bent: BentResponse, options: Options = {}, requireUserVerification = false): Promise<unknown> {
  const key = await softwareKey();
  const expected = { challenge: CHALLENGE, requireUserVerification };
  return outcome(party(options).verifyAssertion(await key.get(REQUEST, bent), expected, key));
}

const FRAME = 'https://frame.example';
const TOP: Options = { topOrigins: [FRAME] };

const clientData = (fields: Readonly<Record<string, unknown>>): BentResponse => ({ clientData: fields });

/** 7.1 steps 7 to 11 and 14 to 17; 7.2 steps 10 to 14 and 15 to 18. */
const BOTH: readonly (readonly [what: string, bent: BentResponse, step: string, options?: Options])[] = [
  ['the type of another ceremony', clientData({ type: 'payment.get' }), 'type'],
  ['no type', clientData({ type: undefined }), 'type'],
  ['another challenge', clientData({ challenge: 'AAECAwQFBgcICQoLDA0ODg' }), 'challenge'],
  ['a padded challenge', clientData({ challenge: `${CHALLENGE}==` }), 'challenge'],
  ['no challenge', clientData({ challenge: undefined }), 'challenge'],
  ['another origin', clientData({ origin: 'https://evil.example' }), 'origin'],
  ['a subdomain', clientData({ origin: 'https://a.example.org' }), 'origin'],
  ['another port', clientData({ origin: 'https://example.org:8443' }), 'origin'],
  ['an origin with a path', clientData({ origin: 'https://example.org/' }), 'origin'],
  ['a list of origins', clientData({ origin: ['https://example.org'] }), 'origin'],
  ['a frame', clientData({ crossOrigin: true }), 'crossOrigin'],
  ['crossOrigin that is no boolean', clientData({ crossOrigin: 'true' }), 'crossOrigin', TOP],
  ['crossOrigin null', clientData({ crossOrigin: null }), 'crossOrigin', TOP],
  ['a top origin', clientData({ topOrigin: FRAME }), 'topOrigin'],
  ['a top origin that is not allowed', clientData({ topOrigin: 'https://evil.example' }), 'topOrigin', TOP],
  ['a list of top origins', clientData({ topOrigin: [FRAME] }), 'topOrigin', TOP],
  ['another RP ID', { rpId: 'evil.example' }, 'rpIdHash'],
  ['no user', { userPresent: false }, 'userPresent'],
  ['no user verified, but required', { userVerified: false }, 'userVerified', { userVerification: 'required' }],
  ['backed up, but not eligible', { backupEligible: false, backedUp: true }, 'backupState'],
  ['authenticator data cut short', { authenticatorData: (honest) => honest.subarray(0, 36) }, 'authenticatorData'],
  ['a byte more', { authenticatorData: (honest) => Uint8Array.of(...honest, 0) }, 'authenticatorData'],
  ['extensions said but missing', { authenticatorData: (honest) => flagged(honest, 0x80) }, 'cbor'],
  [
    'extensions that are no map',
    { authenticatorData: (honest) => Uint8Array.of(...flagged(honest, 0x80), 1) },
    'authenticatorData',
  ],
];

function flagged(bytes: Uint8Array<ArrayBuffer>, flag: number): Uint8Array<ArrayBuffer> {
  return bytes.with(32, (bytes[32] ?? 0) | flag);
}

const flipped = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => bytes.with(40, (bytes[40] ?? 0) ^ 1);

const FITS: readonly (readonly [what: string, bent: BentResponse, options?: Options])[] = [
  ['an honest response', {}],
  ['crossOrigin is missing', clientData({ crossOrigin: undefined })],
  ['a frame of an allowed page', clientData({ crossOrigin: true, topOrigin: FRAME }), TOP],
  ['a frame in Safari, which tells no top origin', clientData({ crossOrigin: true }), TOP],
  ['a native app', clientData({ origin: 'android:apk-key-hash:abc' }), { origins: ['android:apk-key-hash:abc'] }],
  ['a related site', clientData({ origin: 'https://example.com' }), { relatedOrigins: ['https://example.com'] }],
  ['fields that nobody knows', clientData({ tokenBinding: { status: 'supported' }, other: 1 })],
  ['no user verified, and preferred', { userVerified: false }],
  ['eligible, and not backed up', { backupEligible: true, backedUp: false }],
  ['extensions', { authenticatorData: (honest) => Uint8Array.of(...flagged(honest, 0x80), 0xa1, 0x61, 0x61, 0xf5) }],
  ['reserved flags', { authenticatorData: (honest) => flagged(honest, 0x22) }],
];

describe('a registration', () => {
  test.each(FITS.map(([what, bent, options]) => ({ what, bent, options })))(
    'is accepted: $what',
    async ({ bent, options }) => {
      expect(await register(bent, options)).toMatchObject({ algorithm: -7 });
    },
  );

  test.each(BOTH.map(([what, bent, step, options]) => ({ what, bent, step, options })))(
    'is refused: $what',
    async ({ bent, step, options }) => {
      expect(await register(bent, options)).toBe(step);
    },
  );

  test('is refused as an assertion, and the other way around', async () => {
    expect(await register(clientData({ type: 'webauthn.get' }))).toBe('type');
    expect(await signIn(clientData({ type: 'webauthn.create' }))).toBe('type');
  });

  test.each([-7, -8, -257] as const)('is refused if %i was not offered', async (algorithm) => {
    const others = ([-7, -8, -257] as const).filter((other) => other !== algorithm);
    expect(await register({}, { algorithms: others }, { algorithm })).toBe('algorithm');
    expect(await register({}, { algorithms: [algorithm] }, { algorithm })).toMatchObject({ algorithm });
  });

  test.each([-7, -8, -257] as const)('that %i signed itself is refused with a bad signature', async (algorithm) => {
    expect(await register({ selfAttested: true }, {}, { algorithm })).toMatchObject({ attested: false });
    expect(await register({ selfAttested: true, signature: flipped }, {}, { algorithm })).toBe('attestation');
  });

  test('is refused if it holds no credential', async () => {
    expect(await register({ authenticatorData: (honest) => honest.with(32, 0x05).subarray(0, 37) })).toBe(
      'authenticatorData',
    );
  });

  test('takes a credential id of 1,023 bytes, and none of 1,024 or 0', async () => {
    expect(await register({}, {}, { idBytes: 1023 })).toMatchObject({ algorithm: -7 });
    // Its text is longer than any that is allowed.
    expect(await register({}, {}, { idBytes: 1024 })).toBe('response');
    expect(await register({}, {}, { idBytes: 0 })).toBe('authenticatorData');
  });

  test('takes an id of 1,024 bytes behind a short text for neither', async () => {
    const response = await (await softwareKey({ idBytes: 1024 })).create(CREATION);
    const ceremony = party().verifyRegistration({ ...response, id: 'AAAA', rawId: 'AAAA' }, { challenge: CHALLENGE });
    expect(await outcome(ceremony)).toBe('authenticatorData');
  });

  test('is refused under another id', async () => {
    const response = await (await softwareKey()).create(CREATION);
    const { credentialId } = await softwareKey();
    const verify = (id: string, rawId: string): Promise<unknown> =>
      outcome(party().verifyRegistration({ ...response, id, rawId }, { challenge: CHALLENGE }));
    expect(await verify(credentialId, credentialId)).toBe('id');
    expect(await verify(credentialId, response.rawId)).toBe('id');
    expect(await verify(response.id, credentialId)).toBe('id');
  });

  test('keeps eight transports of sixteen characters, known or not', async () => {
    const key = await softwareKey({ transports: ['usb', 'x'.repeat(17), 'a-new-one', '1', '2', '3', '4', '5', '6'] });
    const made = await party().verifyRegistration(await key.create(CREATION), { challenge: CHALLENGE });
    expect(made.transports).toEqual(['usb', 'a-new-one', '1', '2', '3', '4', '5']);
    for (const transports of [undefined, null, 'usb', { 0: 'usb' }, [1, null, {}], []]) {
      const response = await key.create(CREATION);
      const bent = { ...response, response: { ...response.response, transports } };
      expect((await party().verifyRegistration(bent, { challenge: CHALLENGE })).transports).toEqual([]);
    }
  });

  test('names the model as a UUID', async () => {
    const aaguid = '00112233-4455-6677-8899-aabbccddeeff';
    expect(await register({}, {}, { aaguid })).toMatchObject({ aaguid });
  });
});

describe('an assertion', () => {
  test.each(FITS.map(([what, bent, options]) => ({ what, bent, options })))(
    'is accepted: $what',
    async ({ bent, options }) => {
      expect(await signIn(bent, options)).toMatchObject({ valid: true });
    },
  );

  test.each(BOTH.map(([what, bent, step, options]) => ({ what, bent, step, options })))(
    'is refused: $what',
    async ({ bent, step, options }) => {
      expect(await signIn(bent, options)).toBe(step);
    },
  );

  test('needs a verified user if the call says so', async () => {
    expect(await signIn({ userVerified: false }, {}, true)).toBe('userVerified');
    expect(await signIn({ userVerified: true }, {}, true)).toMatchObject({ valid: true, userVerified: true });
  });

  test('is refused if its two ids differ', async () => {
    const key = await softwareKey();
    const response = { ...(await key.get(REQUEST)), rawId: 'AAAA' };
    expect(await outcome(party().verifyAssertion(response, { challenge: CHALLENGE }, key))).toBe('id');
  });

  test('is refused under a key that is none', async () => {
    const key = await softwareKey();
    const response = await key.get(REQUEST);
    const verify = (publicKey: Uint8Array): Promise<unknown> =>
      outcome(party().verifyAssertion(response, { challenge: CHALLENGE }, { publicKey }));
    expect(await verify(new Uint8Array())).toBe('cbor');
    expect(await verify(Uint8Array.of(0))).toBe('publicKey');
    expect(await verify(Uint8Array.of(...key.publicKey, 0))).toBe('publicKey');
    expect(await verify(key.publicKey.with(4, 0x25))).toBe('algorithm');
  });

  test('every bit of what is signed counts', async () => {
    const key = await softwareKey();
    const { response, ...outer } = await key.get(REQUEST);
    const bytes = Buffer.from(response.authenticatorData, 'base64url');
    // The counter: what no other step looks at.
    for (let at = 33; at < 37; at += 1) {
      const bent = Buffer.from(bytes.with(at, (bytes[at] ?? 0) ^ 0x80)).toString('base64url');
      const assertion = { ...outer, response: { ...response, authenticatorData: bent } };
      expect(await party().verifyAssertion(assertion, { challenge: CHALLENGE }, key)).toMatchObject({ valid: false });
    }
    const clientDataJSON = Buffer.from(
      Buffer.from(response.clientDataJSON, 'base64url').toString().replace('{', '{ '),
    ).toString('base64url');
    const assertion = { ...outer, response: { ...response, clientDataJSON } };
    expect(await party().verifyAssertion(assertion, { challenge: CHALLENGE }, key)).toMatchObject({ valid: false });
  });
});

test('the parts of an assertion tell whose it claims to be', async () => {
  const key = await softwareKey();
  await key.create(CREATION);
  const { response, ...outer } = await key.get(REQUEST);
  const partsOf = (userHandle: unknown): unknown => assertionParts({ ...outer, response: { ...response, userHandle } });
  expect(partsOf('YW5u')).toEqual({ credentialId: key.credentialId, userHandle: 'YW5u' });
  for (const none of [undefined, null, '']) expect(partsOf(none)).toMatchObject({ userHandle: null });
  expect(partsOf('A'.repeat(86))).toMatchObject({ userHandle: 'A'.repeat(86) });
  for (const wrong of ['A'.repeat(87), 'A', 'YW5u=', 'YW 5', 'YX', 7, {}, true]) {
    expect(() => partsOf(wrong)).toThrow(CeremonyError);
  }
});

/** Input of attackers: refused by a CeremonyError and nothing else, within a bounded time. */
import { softwareKey, type SoftwareAssertion, type SoftwareRegistration } from '@mfakit/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { assertionParts, CeremonyError } from '../src/index.ts';
import { readCbor } from '../src/cbor.ts';
import { CHALLENGE, CREATION, outcome, party, REQUEST } from './party.ts';

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'));
const hex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** Far more than any refusal takes on a busy machine, and far less than an attack needs. */
const QUICK_MS = 250;

let registration: SoftwareRegistration;
let assertion: SoftwareAssertion;
let publicKey: Uint8Array;
beforeAll(async () => {
  const key = await softwareKey();
  registration = await key.create(CREATION, { selfAttested: true });
  assertion = await key.get(REQUEST);
  publicKey = key.publicKey;
});

const verifyRegistration = (response: unknown): Promise<unknown> =>
  outcome(party().verifyRegistration(response, { challenge: CHALLENGE }));
const verifyAssertion = (response: unknown): Promise<unknown> =>
  outcome(party().verifyAssertion(response, { challenge: CHALLENGE }, { publicKey }));

/** A response with one inner field replaced. */
const bent = (response: { readonly response: object }, fields: object): unknown => ({
  ...response,
  response: { ...response.response, ...fields },
});

describe('CBOR', () => {
  test.each([
    ['nothing', ''],
    ['an unsigned integer that is longer than needed', '18 17'],
    ['one in two bytes that fits in one', '19 00ff'],
    ['one in four bytes that fits in two', '1a 0000ffff'],
    ['one in eight bytes', '1b 0000000100000000'],
    ['a negative integer that is longer than needed', '38 17'],
    ['a length that is longer than needed', '58 01 00'],
    ['a reserved length', '1c'],
    ['bytes of indefinite length', '5f 41 00 ff'],
    ['a text of indefinite length', '7f 61 61 ff'],
    ['a list of indefinite length', '9f 01 ff'],
    ['a map of indefinite length', 'bf 01 02 ff'],
    ['a break alone', 'ff'],
    ['a tag', 'c0 00'],
    ['a float of two bytes', 'f9 3c00'],
    ['a float of four bytes', 'fa 3f800000'],
    ['a float of eight bytes', 'fb 3ff0000000000000'],
    ['undefined', 'f7'],
    ['null', 'f6'],
    ['a simple value in a byte', 'f8 20'],
    ['a boolean in a byte', 'f8 15'],
    ['the same key twice', 'a2 01 00 01 00'],
    ['the same key twice, and another entry', 'a2 01 00 01 00 02 00'],
    ['the same text as a key twice', 'a2 61 61 00 61 61 01'],
    ['bytes as a key', 'a1 41 00 00'],
    ['a list as a key', 'a1 80 00'],
    ['a boolean as a key', 'a1 f5 00'],
    ['a text that is not UTF-8', '61 ff'],
    ['half of a surrogate', '63 eda080'],
    ['bytes cut short', '42 00'],
    ['four billion bytes', '5a ffffffff'],
    ['a list of four billion items', '9a ffffffff 00'],
    ['a map of four billion entries', 'ba ffffffff 00 00'],
    ['lists in lists', '81 81 81 81 81 81 00'],
    ['maps in maps', 'a1 00 a1 00 a1 00 a1 00 a1 00 a1 00 00'],
  ])('%s is refused', (_, text) => {
    expect(() => readCbor(hex(text), 0)).toThrow(new CeremonyError('cbor'));
  });

  test.each([
    ['17', 23],
    ['18 18', 24],
    ['19 0100', 256],
    ['1a 00010000', 65_536],
    ['1a ffffffff', 4_294_967_295],
    ['20', -1],
    ['39 0100', -257],
    ['3a ffffffff', -4_294_967_296],
    ['f4', false],
    ['f5', true],
    ['60', ''],
    ['62 c3a9', 'é'],
    ['80', []],
    ['81 81 81 81 81 00', [[[[[0]]]]]],
    ['a0', new Map()],
    [
      'a2 01 f5 61 31 f4',
      new Map<unknown, unknown>([
        [1, true],
        ['1', false],
      ]),
    ],
    ['41 ff', Uint8Array.of(255)],
  ])('%s is read', (text, value) => {
    const bytes = hex(text);
    expect(readCbor(bytes, 0)).toEqual([value, bytes.length]);
  });

  test.each([
    ['bytes', (size: number) => [0x5a, ...hex(size.toString(16).padStart(8, '0')), ...new Uint8Array(size)]],
    [
      'a list of numbers',
      (size: number) => [0x9a, ...hex(size.toString(16).padStart(8, '0')), ...new Uint8Array(size)],
    ],
    ['lists, one in the other', (size: number) => new Uint8Array(size).fill(0x81)],
    ['maps, one in the other', (size: number) => Array.from({ length: size }, (_, at) => (at % 2 === 0 ? 0xa1 : 0))],
    ['lists that are never ended', (size: number) => new Uint8Array(size).fill(0x9f)],
  ])('a megabyte of %s is refused at once', async (_, make) => {
    const attestationObject = base64url(Uint8Array.from(make(1_000_000)));
    const start = performance.now();
    expect(await verifyRegistration(bent(registration, { attestationObject }))).toBe('response');
    expect(performance.now() - start).toBeLessThan(QUICK_MS);
  });

  test.each([
    [
      'a list of numbers',
      (size: number) => [0x99, ...hex(size.toString(16).padStart(4, '0')), ...new Uint8Array(size)],
    ],
    ['lists, one in the other', (size: number) => new Uint8Array(size).fill(0x81)],
    [
      'a map of as many keys',
      (size: number) => [0xb9, ...hex((size / 4).toString(16).padStart(4, '0')), ...keys(size / 4)],
    ],
  ])('as much as is read of %s is refused as quickly', async (_, make) => {
    const attestationObject = base64url(Uint8Array.from(make(12_000)));
    const start = performance.now();
    expect(await verifyRegistration(bent(registration, { attestationObject }))).toMatch(/^(?:cbor|attestation)$/);
    expect(performance.now() - start).toBeLessThan(QUICK_MS);
  });
});

function keys(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => [0x19, (at + 256) >> 8, at & 0xff, 0]).flat();
}

describe('a response', () => {
  test('cut short at any byte is refused', async () => {
    const object = bytesOf(registration.response.attestationObject);
    for (let length = 0; length < object.length; length += 1) {
      const attestationObject = base64url(object.subarray(0, length));
      expect(await verifyRegistration(bent(registration, { attestationObject }))).toBe('cbor');
    }
    const data = bytesOf(assertion.response.authenticatorData);
    for (let length = 0; length < data.length; length += 1) {
      const authenticatorData = base64url(data.subarray(0, length));
      expect(await verifyAssertion(bent(assertion, { authenticatorData }))).toBe('authenticatorData');
    }
    const client = bytesOf(assertion.response.clientDataJSON);
    for (let length = 0; length < client.length; length += 1) {
      const clientDataJSON = base64url(client.subarray(0, length));
      expect(await verifyAssertion(bent(assertion, { clientDataJSON }))).toBe('json');
    }
    const signature = bytesOf(assertion.response.signature);
    for (let length = 0; length < signature.length; length += 1) {
      const cut = { signature: base64url(signature.subarray(0, length)) };
      expect(await verifyAssertion(bent(assertion, cut))).toMatchObject({ valid: false });
    }
  });

  test('with authenticator data cut short at any byte, within an object that is whole, is refused', async () => {
    const key = await softwareKey();
    for (let length = 0; length < 164; length += 1) {
      const response = await key.create(CREATION, { authenticatorData: (honest) => honest.subarray(0, length) });
      expect(await verifyRegistration(response)).toMatch(/^(?:authenticatorData|cbor)$/);
    }
  });

  test('with a byte more behind the attestation object is refused', async () => {
    const attestationObject = base64url(Uint8Array.of(...bytesOf(registration.response.attestationObject), 0));
    expect(await verifyRegistration(bent(registration, { attestationObject }))).toBe('attestation');
  });

  test.each([
    ['another name of the format', '63 666d74 64 6e6f6e65', '63 666d74 64 4e6f6e65', 'format'],
    ['a format that nobody registered', '63 666d74 64 6e6f6e65', '63 666d74 64 66616b65', 'format'],
    ['a format that is no text', '63 666d74 64 6e6f6e65', '63 666d74 44 6e6f6e65', 'attestation'],
    ['a statement that is a list', '61747453746d74 a0', '61747453746d74 80', 'attestation'],
    ['a statement of none', '61747453746d74 a0', '61747453746d74 a1 00 00', 'attestation'],
    ['another entry', 'a3 63', 'a4 00 00 63', 'attestation'],
    ['authenticator data as a text', '6175746844617461 58', '6175746844617461 78', 'cbor'],
    ['the wrong names', '63 666d74', '63 666d75', 'attestation'],
  ])('with %s in the attestation object is refused', async (_, from, to, step) => {
    const response = await (await softwareKey()).create(CREATION);
    const object = Buffer.from(response.response.attestationObject, 'base64url').toString('hex');
    const changed = object.replace(from.replaceAll(' ', ''), to.replaceAll(' ', ''));
    expect(changed).not.toBe(object);
    expect(await verifyRegistration(bent(response, { attestationObject: base64url(hex(changed)) }))).toBe(step);
  });

  test('that says packed, with something else than its own signature, is refused', async () => {
    const object = Buffer.from(registration.response.attestationObject, 'base64url').toString('hex');
    for (const [from, to] of [
      ['63616c6726', '63616c6727'],
      ['63736967', '63736968'],
      ['6373696758', '6373696778'],
    ] as const) {
      const attestationObject = base64url(hex(object.replace(from, to)));
      expect(await verifyRegistration(bent(registration, { attestationObject }))).toMatch(/^(?:attestation|cbor)$/);
    }
  });

  const JUNK: readonly unknown[] = [
    undefined,
    null,
    true,
    7,
    '',
    'x',
    [],
    {},
    () => 'x',
    new Uint8Array(37),
    { length: 1 },
  ];

  test.each(['id', 'rawId', 'type', 'response'])('with junk for %s is refused', async (name) => {
    for (const junk of JUNK) {
      expect(await verifyRegistration({ ...registration, [name]: junk })).toMatch(/^(?:response|id|cbor|json)$/);
      expect(await verifyAssertion({ ...assertion, [name]: junk })).toMatch(/^(?:response|id|json)$/);
    }
  });

  test.each(['clientDataJSON', 'attestationObject'])('with junk for %s is refused', async (name) => {
    for (const junk of JUNK) {
      expect(await verifyRegistration(bent(registration, { [name]: junk }))).toMatch(/^(?:response|json|cbor)$/);
    }
  });

  test.each(['clientDataJSON', 'authenticatorData', 'signature'])('with junk for %s is no assertion', async (name) => {
    for (const junk of JUNK.filter((one) => typeof one !== 'string')) {
      expect(await verifyAssertion(bent(assertion, { [name]: junk }))).toBe('response');
    }
    for (const text of ['x', 'AA=', 'A A', 'AAA+', 'AA\n', 'AB', 'é', '\0']) {
      expect(await verifyAssertion(bent(assertion, { [name]: text }))).toBe('response');
    }
  });

  test('that is junk is refused', async () => {
    for (const junk of JUNK) {
      expect(await verifyRegistration(junk)).toBe('response');
      expect(await verifyAssertion(junk)).toBe('response');
      expect(() => assertionParts(junk)).toThrow(CeremonyError);
    }
  });

  test.each([
    ['clientDataJSON', 4096],
    ['authenticatorData', 4096],
    ['signature', 8192],
  ])('with a %s of more than %i characters is refused', async (name, limit) => {
    expect(await verifyAssertion(bent(assertion, { [name]: 'A'.repeat(limit + 4) }))).toBe('response');
    expect(await verifyAssertion(bent(assertion, { [name]: 'A'.repeat(limit) }))).not.toBe('response');
  });

  test('with an attestation object of more than 16,384 characters is refused', async () => {
    const longer = bent(registration, { attestationObject: 'A'.repeat(16_388) });
    expect(await verifyRegistration(longer)).toBe('response');
    const longest = bent(registration, { attestationObject: 'A'.repeat(16_384) });
    expect(await verifyRegistration(longest)).toBe('attestation');
  });

  test.each([
    ['no object', '"webauthn.create"'],
    ['null', 'null'],
    ['not JSON', '{"type":"webauthn.create",}'],
    ['deep', '['.repeat(3000)],
    ['not UTF-8', '\u00ff'],
  ])('with client data that are %s is refused', async (_, text) => {
    const clientDataJSON = Buffer.from(text, 'latin1').toString('base64url');
    expect(await verifyRegistration(bent(registration, { clientDataJSON }))).toBe('json');
  });

  test('with a list for client data is refused: it has no type', async () => {
    const clientDataJSON = Buffer.from('[]').toString('base64url');
    expect(await verifyRegistration(bent(registration, { clientDataJSON }))).toBe('type');
  });

  test('with a byte order mark before the client data is accepted: the standard drops it', async () => {
    const response = await (await softwareKey()).create(CREATION);
    const marked = Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), bytesOf(response.response.clientDataJSON)]);
    const clientDataJSON = marked.toString('base64url');
    expect(await verifyRegistration(bent(response, { clientDataJSON }))).toMatchObject({ algorithm: -7 });
  });

  test('of a quarter of a megabyte of transports is read in a moment', async () => {
    const transports = Array.from({ length: 50_000 }, () => 'x'.repeat(5));
    const start = performance.now();
    expect(await verifyRegistration(bent(registration, { transports }))).toMatchObject({
      transports: Array.from({ length: 8 }, () => 'xxxxx'),
    });
    expect(performance.now() - start).toBeLessThan(QUICK_MS);
  });

  test('no error tells what was sent', async () => {
    const response = await (await softwareKey()).create(CREATION, { clientData: { origin: 'https://secret.example' } });
    const refused = party().verifyRegistration(response, { challenge: CHALLENGE });
    await expect(refused).rejects.toThrow(/^webauthn: fails at origin$/);
    await expect(refused).rejects.not.toHaveProperty('cause');
    await expect(refused).rejects.toMatchObject({ name: 'CeremonyError', step: 'origin' });
  });
});

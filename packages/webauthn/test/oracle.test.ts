/**
 * Agreement with @simplewebauthn/server: on whole responses, and on 6,000 of one changed byte. What is accepted here, the
 * oracle has to accept, too, unless a reason is listed; and what it accepts and is refused here has its reason listed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CeremonyError } from '../src/index.ts';
import { oracleAccepts, oracleRegisters } from './oracle.ts';
import { party } from './party.ts';
import { PARTY, VECTORS } from './w3c-vectors.ts';

interface Response {
  readonly id: string;
  readonly response: Readonly<Record<string, unknown>>;
}

interface Recorded {
  readonly id: string;
  readonly challenge: string;
  readonly registration: Response;
  readonly assertion: Response;
}

function readRecorded(name: string): readonly Recorded[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as readonly Recorded[];
}

const recorded = readRecorded('recorded-responses.json');
const fromChromium = readRecorded('recorded-in-chromium.json');
const strict = party();

/** The COSE_Key, or the step that failed. */
async function register(response: unknown, challenge: string, by = strict): Promise<Uint8Array | string> {
  try {
    return (await by.verifyRegistration(response, { challenge })).publicKey;
  } catch (error) {
    if (error instanceof CeremonyError) return error.step;
    throw error;
  }
}

/** `valid`, `signature`, or the step that failed. */
async function signIn(response: unknown, challenge: string, publicKey: Uint8Array, by = strict): Promise<string> {
  try {
    return (await by.verifyAssertion(response, { challenge }, { publicKey })).valid ? 'valid' : 'signature';
  } catch (error) {
    if (error instanceof CeremonyError) return error.step;
    throw error;
  }
}

describe('whole responses', () => {
  test.each([...recorded, ...fromChromium])(
    'of a software key, or recorded in Chromium: $id',
    async ({ registration, assertion, challenge }) => {
      const publicKey = await register(registration, challenge);
      expect(publicKey).toBeInstanceOf(Uint8Array);
      expect(await oracleRegisters(registration, challenge)).toEqual(publicKey);
      expect(await signIn(assertion, challenge, publicKey as Uint8Array)).toBe('valid');
      expect(await oracleAccepts(assertion, challenge, publicKey as Uint8Array)).toBe(true);
    },
  );

  /** Why the oracle does not accept a registration of the standard that is accepted here. */
  const NOT_BY_THE_ORACLE: Readonly<Record<string, string>> = {
    'tpm-es256': 'the manufacturer of the TPM is made up',
    'android-key-es256': 'the chain of certificates ends at no root that it knows',
    'apple-es256': 'the same',
    'fido-u2f-es256': 'it wants an AAGUID of zeros',
  };

  test('of the standard: the same keys and assertions, or a reason', async () => {
    const [differing, refused]: [string[], string[]] = [[], []];
    const keys: [ours: Uint8Array, theirs: Uint8Array][] = [];
    const verdicts = new Set<string | boolean>();
    const framed = party({ topOrigins: PARTY.topOrigins });
    for (const { id, registration, authentication } of VECTORS) {
      const ours = await register(registration.response, registration.challenge, framed);
      const theirs = await oracleRegisters(registration.response, registration.challenge);
      if (!(ours instanceof Uint8Array)) {
        refused.push(theirs === null ? id : `${id}, which the oracle accepts`);
        continue;
      }
      if (theirs === null) differing.push(id);
      keys.push([ours, theirs ?? ours]);
      const response = authentication.response as Response;
      verdicts.add(await signIn(response, authentication.challenge, ours, framed));
      verdicts.add(await oracleAccepts(response, authentication.challenge, ours));
    }
    expect(keys.map(([ours]) => ours)).toEqual(keys.map(([, theirs]) => theirs));
    expect(verdicts).toEqual(new Set(['valid', true]));
    expect(refused).toEqual(['packed-es384', 'packed-es512', 'packed-ed448']);
    expect(differing.toSorted()).toEqual(Object.keys(NOT_BY_THE_ORACLE).toSorted());
  });
});

/** A generator with a seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

function mutate(text: unknown, random: () => number): string {
  const bytes = Buffer.from(String(text), 'base64url');
  const at = Math.floor(random() * bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(random() * 255));
  return base64url(bytes);
}

/** Where the oracle accepts and we refuse: the field, and our step. There is no case the other way around. */
const REASONS: Readonly<Record<string, string>> = {
  'attestationObject id': 'the credential id is not the one outside: the oracle does not compare them',
  'attestationObject publicKey':
    'a point off its curve, an even modulus or exponent: the oracle does not import the key',
  'attestationObject attestation':
    'a name in the object has changed, and with it one more entry: the oracle ignores those',
  'attestationObject cbor': 'a length or a number not in its shortest form',
  'clientDataJSON json': 'not UTF-8: the oracle reads a replacement character',
};

const MUTATIONS = 6000;
const SEED = 14;

test('6,000 responses of one changed byte: the same verdict, or a listed reason', { timeout: 240_000 }, async () => {
  const random = randomFrom(SEED);
  const keys = await Promise.all(recorded.map(({ registration, challenge }) => register(registration, challenge)));
  const differing = new Set<string>();
  let accepted = 0;
  for (let count = 0; count < MUTATIONS; count += 1) {
    const index = count % recorded.length;
    const { registration, assertion, challenge } = recorded[index] as Recorded;
    const registers = random() < 0.5;
    const whole = registers ? registration : assertion;
    const fields = Object.keys(whole.response).filter((name) => !['transports', 'userHandle'].includes(name));
    const field = fields[Math.floor(random() * fields.length)] ?? '';
    const response = { ...whole, response: { ...whole.response, [field]: mutate(whole.response[field], random) } };
    const publicKey = keys[index] as Uint8Array;
    const ours = registers ? await register(response, challenge) : await signIn(response, challenge, publicKey);
    const theirs = registers
      ? (await oracleRegisters(response, challenge)) !== null
      : await oracleAccepts(response, challenge, publicKey);
    const fits = ours instanceof Uint8Array || ours === 'valid';
    accepted += Number(fits);
    if (fits !== theirs) differing.add(`${field} ${fits ? 'accepted' : ours}`);
  }
  expect([...differing].toSorted()).toEqual(Object.keys(REASONS).toSorted());
  // Of unsigned registrations: AAGUID, counter, names in the client data that nobody reads.
  expect(accepted).toBeGreaterThan(100);
});

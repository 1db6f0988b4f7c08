/** The fields of a response that are read, with their limits. */
import { decodeBase64url } from './base64url.ts';
import { demand, type CeremonyStep } from './ceremony-error.ts';

/** In characters of base64url: several times what authenticators send, and what the standard allows for the last two. */
const LIMITS = {
  clientDataJSON: 4096,
  attestationObject: 16_384,
  authenticatorData: 4096,
  signature: 8192,
  userHandle: 86,
  id: 1364,
};

/** Of an object of JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws {CeremonyError} `step`, if it is no object */
export function fieldsOf(value: unknown, step: CeremonyStep): Fields {
  demand(typeof value === 'object' && value !== null, step);
  return value as Fields;
}

/**
 * The bytes of a field that has to be there.
 *
 * @throws {CeremonyError} `response`
 */
export function readField(fields: Fields, name: keyof typeof LIMITS): Uint8Array<ArrayBuffer> {
  const text = fields[name];
  demand(typeof text === 'string' && text.length <= LIMITS[name], 'response');
  return decodeBase64url(text);
}

/** A response whose id is sound: its id in base64url, and its inner fields. */
export interface OpenedResponse {
  readonly id: string;
  readonly inner: Fields;
}

/** @throws {CeremonyError} `response`, `id` */
export function openResponse(response: unknown): OpenedResponse {
  const fields = fieldsOf(response, 'response');
  demand(fields['type'] === 'public-key', 'response');
  readField(fields, 'id');
  demand(fields['rawId'] === fields['id'], 'id');
  return { id: fields['id'] as string, inner: fieldsOf(fields['response'], 'response') };
}

/** At most 8 of at most 16 characters; names that are not known yet are kept. */
export function readTransports({ transports }: Fields): readonly string[] {
  const given: readonly unknown[] = Array.isArray(transports) ? transports.slice(0, 8) : [];
  return given.filter((name): name is string => typeof name === 'string' && name.length <= 16);
}

/** What an application looks up before it verifies. */
export interface AssertionParts {
  /** In base64url: whose public key to verify with. */
  readonly credentialId: string;
  /** In base64url; `null` if the authenticator tells none. It is not signed. */
  readonly userHandle: string | null;
}

/**
 * Reads the parts of an assertion that say whose it claims to be. Nothing is verified.
 *
 * @param response - an `AuthenticationResponseJSON`
 * @throws {CeremonyError} `response`, `id`
 */
export function assertionParts(response: unknown): AssertionParts {
  const { id, inner } = openResponse(response);
  // Some clients write an empty text if there is none.
  const userHandle = (inner['userHandle'] || null) as string | null;
  if (userHandle) readField(inner, 'userHandle');
  return { credentialId: id, userHandle };
}

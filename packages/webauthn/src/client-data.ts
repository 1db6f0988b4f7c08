/** checkClientData: what the browser says about the ceremony. */
import { attempt, demand } from './ceremony-error.ts';
import type { CheckedOptions } from './options.ts';
import { fieldsOf } from './response.ts';
import { decodeUtf8 } from './utf8.ts';

/** What it has to say. */
export interface ExpectedClientData {
  readonly type: 'webauthn.create' | 'webauthn.get';
  /** In base64url. */
  readonly challenge: string;
}

/**
 * Steps 5 to 11 of a registration, 8 to 14 of an authentication.
 *
 * @throws {CeremonyError} `json`, `type`, `challenge`, `origin`, `crossOrigin`, `topOrigin`
 * @see https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential
 */
export function checkClientData(
  { origins, topOrigins }: CheckedOptions,
  bytes: Uint8Array,
  expected: ExpectedClientData,
): void {
  const parsed: unknown = attempt('json', () => JSON.parse(decodeUtf8(bytes)));
  const { type, challenge, origin, crossOrigin = false, topOrigin } = fieldsOf(parsed, 'json');
  demand(type === expected.type, 'type');
  demand(challenge === expected.challenge, 'challenge');
  demand(origins.includes(origin as string), 'origin');
  // Safari tells `crossOrigin` without `topOrigin`.
  demand(crossOrigin === false || (crossOrigin === true && topOrigins), 'crossOrigin');
  demand(topOrigin === undefined || topOrigins?.includes(topOrigin as string), 'topOrigin');
}

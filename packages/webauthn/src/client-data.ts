/** checkClientData: what the browser says about the ceremony. */
import { demand } from './ceremony-error.ts';

/** What it has to say. */
export interface ExpectedClientData {
  readonly type: 'webauthn.create' | 'webauthn.get';
  /** In base64url. */
  readonly challenge: string;
  readonly origins: readonly string[];
  /** `undefined` if frames are refused. */
  readonly topOrigins: readonly string[] | undefined;
}

/**
 * Steps 5 to 11 of a registration, 8 to 14 of an authentication.
 *
 * @throws {CeremonyError} `json`, `type`, `challenge`, `origin`, `crossOrigin`, `topOrigin`
 * @see https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential
 */
export function checkClientData(bytes: Uint8Array, expected: ExpectedClientData): void {
  const { type, challenge, origin, crossOrigin = false, topOrigin } = parse(bytes);
  const { origins, topOrigins } = expected;
  demand(type === expected.type, 'type');
  demand(challenge === expected.challenge, 'challenge');
  demand(origins.includes(origin as string), 'origin');
  // Safari tells `crossOrigin` without `topOrigin`.
  demand(crossOrigin === false || (crossOrigin === true && topOrigins !== undefined), 'crossOrigin');
  demand(topOrigin === undefined || topOrigins?.includes(topOrigin as string) === true, 'topOrigin');
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let data: unknown;
  try {
    // "UTF-8 decode" drops a byte order mark, as this decoder does.
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Not passed on as the cause: the parser's messages quote the text.
  }
  demand(typeof data === 'object' && data !== null, 'json');
  return data as Readonly<Record<string, unknown>>;
}

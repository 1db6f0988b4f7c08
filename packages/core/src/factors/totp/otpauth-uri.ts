/** otpauth URIs: the Key URI format that authenticator apps read from a QR code. */
import { base32nopad } from '@scure/base';
import type { TotpParameters } from './stored.ts';

/** What an otpauth URI tells an authenticator app. */
export interface OtpauthContent extends TotpParameters {
  /** No colon. */
  readonly issuer: string;
  /** No colon. */
  readonly accountName: string;
  readonly secret: Uint8Array;
}

/**
 * @returns `otpauth://totp/Issuer:account?...`, percent-encoded by RFC 3986. The issuer is both prefix and
 *   parameter: some apps read only one of them.
 */
export function otpauthUri({ issuer, accountName, secret, algorithm, digits, periodSeconds }: OtpauthContent): string {
  const parameters = {
    secret: base32nopad.encode(secret),
    issuer: percentEncode(issuer),
    algorithm,
    digits,
    period: periodSeconds,
  };
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return `otpauth://totp/${percentEncode(issuer)}:${percentEncode(accountName)}?${query.join('&')}`;
}

/** RFC 3986 unreserved characters stay; a space is `%20`: apps show a `+` as it is. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Plain: what others have chosen, as it may stand in a mail. Whoever signs in chooses a user agent, a label and an address. */

const MAX_NAME = 64;

/** Letters, digits and a few marks: no dot, slash or at sign, of which a mail program would make a link. */
export function plainName(name: string | undefined): string | null {
  const plain = (name ?? '')
    .replaceAll(/[^\p{L}\p{M}\p{N}'’()-]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME)
    .trim();
  return plain === '' ? null : plain;
}

/** An address of IPv4 or IPv6, and nothing else that a header may have held. */
export function plainAddress(ip: string | undefined): string | undefined {
  return ip !== undefined && /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/.test(ip) ? ip : undefined;
}

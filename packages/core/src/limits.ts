/** LIMITS: the longest inputs that core accepts. Packages in front of it, like `@mfakit/http`, set no smaller ones. */

/**
 * The longest input of each field. Longer input is refused before anything is read or computed: with `invalid_input`, or a
 * token with `invalid_token`.
 */
export const LIMITS = {
  /** In bytes of UTF-8: it fits an index key of every database, and a challenge token. */
  userIdBytes: 255,
  /** In bytes of UTF-8: an e-mail address has at most 254, and the URI must fit a QR code. Cut, never refused. */
  accountNameBytes: 254,
  /** Of a factor or a trusted device. */
  labelCharacters: 64,
  /** A code or backup code as typed or pasted, with all that stands around it. */
  typedCodeCharacters: 64,
  /** A longer one is refused before it is hashed. */
  passwordCharacters: 1024,
  /** A user id of 255 bytes gives a token of 450. */
  tokenCharacters: 512,
  /** Cut to this length, never refused. */
  ipCharacters: 64,
  /** Cut to this length, never refused. */
  userAgentCharacters: 256,
  /** Cut to this length, never refused. */
  actorCharacters: 255,
  /** Why a member of staff acts. */
  reasonCharacters: 500,
  /** Break-glass is for the hour in which something is repaired; whatever takes longer is an exemption. */
  breakGlassMinutes: 60,
  /** Events on one page of the history. */
  historyEvents: 200,
  /** Users on one page of a list. */
  listedUsers: 500,
} as const;

/** PasskeyError: why the browser gave no passkey. */

/** What people can be told. */
const SENTENCES = {
  /** They closed the prompt, or let it wait too long, or have no passkey here: browsers do not tell which. */
  cancelled: 'No passkey was used. Try again, or choose another way.',
  /** This device, or this security key, is among the user's passkeys. */
  already_registered: 'This device has a passkey for this account already.',
  /** The page has called it off, by its `signal`. */
  aborted: 'The question for a passkey was called off.',
  /** The browser, or this device, has no passkeys, or none of the kind that is asked for. */
  unsupported: 'This browser or device cannot do that. Use another way, or another browser.',
  /** The page is not on the site that passkeys are for, or not on HTTPS: a mistake of the application's. */
  wrong_site: 'Passkeys do not work at this address.',
  /** Anything else; `cause` has the browser's error. */
  failed: 'The passkey did not work. Try again, or choose another way.',
} as const;

/** Stable reason, for programs. */
export type PasskeyErrorCode = keyof typeof SENTENCES;

/** The browser gave no passkey. Its message is a sentence to show. */
export class PasskeyError extends Error {
  override readonly name = 'PasskeyError';
  /** Why there is no answer, for programs. */
  readonly code: PasskeyErrorCode;

  constructor(code: PasskeyErrorCode, cause?: unknown) {
    super(SENTENCES[code], { cause });
    this.code = code;
  }
}

const BY_NAME: ReadonlyMap<unknown, PasskeyErrorCode> = new Map([
  ['NotAllowedError', 'cancelled'],
  ['InvalidStateError', 'already_registered'],
  ['AbortError', 'aborted'],
  ['NotSupportedError', 'unsupported'],
  ['ConstraintError', 'unsupported'],
  ['SecurityError', 'wrong_site'],
]);

/** What the error of a browser means (WebAuthn Level 3 §5.1.3, §5.1.4). */
export function toPasskeyError(error: unknown): PasskeyError {
  const name: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'name') : undefined;
  return new PasskeyError(BY_NAME.get(name) ?? 'failed', error);
}

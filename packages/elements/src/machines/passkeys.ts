/** Passkeys: the browser's own, or what stands in for them. */
import {
  createPasskey,
  passkeysSupported,
  usePasskey,
  type WireAssertion,
  type WireRegistration,
} from '@mfakit/http/client/passkeys';

/** What machines ask for passkeys. Both calls throw as those of `@mfakit/http/client/passkeys` do. */
export interface Passkeys {
  /** Whether this browser has passkeys, here. */
  supported(): boolean;
  /** Makes a passkey; `asked.signal` withdraws the prompt. */
  create(
    options: object,
    asked: {
      /** Withdraws the prompt. */
      readonly signal: AbortSignal;
    },
  ): Promise<WireRegistration>;
  /** Has a passkey answer; `asked.signal` withdraws the prompt. */
  use(
    options: object,
    asked: {
      /** Withdraws the prompt. */
      readonly signal: AbortSignal;
    },
  ): Promise<WireAssertion>;
}

/** Those of the browser. */
export const browserPasskeys: Passkeys = { supported: passkeysSupported, create: createPasskey, use: usePasskey };

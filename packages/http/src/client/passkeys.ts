/** Public names of @mfakit/http/client/passkeys. */
export { conditionalPasskeysSupported, passkeysSupported } from './browser.ts';
export { createPasskey, usePasskey } from './ceremony.ts';
export type { UseOptions } from './ceremony.ts';
export { createPasskeyClient } from './passkey-client.ts';
export type { PasskeyClient } from './passkey-client.ts';
export { PasskeyError } from './passkey-error.ts';
export type { PasskeyErrorCode } from './passkey-error.ts';
export { signInFromList, signInWithPasskey } from './passkey-sign-in.ts';
export type { SignInClient } from './passkey-sign-in.ts';
export { isPasskey, signalAcceptedPasskeys, signalUnknownPasskey } from './signals.ts';
export type { WirePasskeyStatus } from './signals.ts';
export type { WireAssertion, WireRegistration } from '../passkeys/credential.ts';

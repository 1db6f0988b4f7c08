/** The public names of @mfakit/core/webauthn. */
export { webauthnFactor } from './webauthn-kind.ts';
export type { UserHandleOptions } from './user-handle.ts';
export type { CredentialHint, MadeAssertion, MadeCredential, WebauthnVerifier } from './verifier.ts';
export type { Passkey, StagedPasskey } from './stored.ts';

declare module '@mfakit/core' {
  interface FactorInputs {
    /** What `navigator.credentials.get`, or `create` in a setup, gave, as JSON (WebAuthn Level 3 §5.1.1). */
    readonly credential: object;
  }
}

/** Public names of @mfakit/webauthn. */
export type { AssertionResult, ExpectedAssertion } from './assertion.ts';
export type { AuthenticatorState } from './authenticator-data.ts';
export type {
  CreationInput,
  CreationOptionsJSON,
  CredentialDescriptor,
  RequestInput,
  RequestOptionsJSON,
  StoredCredential,
} from './browser-options.ts';
export { CeremonyError } from './ceremony-error.ts';
export type { CeremonyStep } from './ceremony-error.ts';
export type { Algorithm } from './cose-key.ts';
export type { AttestationPort, AttestedRegistration, WebauthnOptions } from './options.ts';
export type { MadeCredential, ReadCredential } from './registration.ts';
export { assertionParts } from './response.ts';
export type { AssertionParts } from './response.ts';
export { webauthn } from './webauthn.ts';
export type { Webauthn } from './webauthn.ts';

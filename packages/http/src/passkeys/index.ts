/** Public names of @mfakit/http/passkeys. */
export { passkeyRoutes } from './table.ts';
export type { PasskeyTable } from './table.ts';
export type { PasskeyRouteName } from './paths.ts';
export type { PasskeyContract } from './wire.ts';
export type { OptionsJson, WireAssertion, WireRegistration } from './credential.ts';
export type { WebauthnSetupReply } from './routes/webauthn-setup.ts';
export type { WebauthnConfirmBody } from './routes/webauthn-confirm.ts';
export type { ChallengeReply } from './routes/challenge.ts';
export type { PasskeyChallengeReply } from './routes/passkey-challenge.ts';
export type { PasskeySignInBody } from './routes/passkey-sign-in.ts';

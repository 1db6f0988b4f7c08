/** Route list: the routes for passkeys, one line each; `paths.ts` has their addresses. */
export { webauthnSetup } from './routes/webauthn-setup.ts';
export { webauthnConfirm } from './routes/webauthn-confirm.ts';
export { webauthnEnforceSetup } from './routes/webauthn-enforce-setup.ts';
export { webauthnEnforceConfirm } from './routes/webauthn-enforce-confirm.ts';
export { challenge } from './routes/challenge.ts';
export { passkeyChallenge } from './routes/passkey-challenge.ts';
export { passkeySignIn } from './routes/passkey-sign-in.ts';

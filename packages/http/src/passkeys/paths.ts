/** Paths: the address of every route for passkeys. This file imports nothing, because browsers load it. */

/** Every such route's address, one line each. */
export const PASSKEY_PATHS = {
  webauthnSetup: { method: 'POST', path: '/webauthn/setup' },
  webauthnConfirm: { method: 'POST', path: '/webauthn/confirm' },
  webauthnEnforceSetup: { method: 'POST', path: '/webauthn/enforce-setup' },
  webauthnEnforceConfirm: { method: 'POST', path: '/webauthn/enforce-confirm' },
  challenge: { method: 'POST', path: '/mfa/challenge' },
  passkeyChallenge: { method: 'POST', path: '/passkey/challenge' },
  passkeySignIn: { method: 'POST', path: '/passkey/sign-in' },
} as const;

/** These routes by name. */
export type PasskeyRouteName = keyof typeof PASSKEY_PATHS;

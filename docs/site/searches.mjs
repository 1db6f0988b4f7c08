// What people type into the search, and the page that answers: it must be among the first three that are found.

/** @type {readonly (readonly [query: string, page: string])[]} */
export const SEARCHES = [
  ['code_already_used', 'reference/error-codes'],
  ['lost phone', 'operate/recovery'],
  ['rotate keys', 'operate/keys'],
  ['test your application', 'guide/testing'],
  ['restore backup', 'operate/recovery'],
  ['trust this browser', 'guide/trusted-devices'],
  ['next.js', 'guide/next'],
  ['passkeys and security keys', 'guide/webauthn'],
  ['better-auth', 'migrate/better-auth'],
  ['who is locked', 'operate/lists'],
  ['magic link', 'guide/other-sign-ins'],
  ['memory for hashing', 'operate/sizing'],
];
